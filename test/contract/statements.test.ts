import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import type { SignedStatement } from '../../src/contract';
import { keyOf, startWithTenant } from '../security/keys/support';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { tenantFile } from '../support/engine/soundness';
import { OPERATOR, signInAdministrator } from '../support/engine/world';

/** Runs `riscura verify` in a process of its own. */
async function riscuraVerify(folder: string, signed: unknown, ...more: string[]) {
  const file = join(folder, 'statement.json');
  await writeFile(file, JSON.stringify(signed));
  const run = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/cli/riscura.ts', 'verify', file, ...more],
    {
      encoding: 'utf8',
    },
  );
  return { code: run.status, said: run.stdout + run.stderr };
}

function changed(signed: SignedStatement, part: object): unknown {
  return { ...signed, statement: { ...signed.statement, ...part } };
}

describe('the certificate of a deletion', () => {
  it('says what, when and by whom, and is verified by the public key alone', async () => {
    const { client, id, folder } = await startWithTenant();
    const { keys } = client.installation;
    const before = await keys.tenants({});
    const publicKey = before.statementKeys.at(-1)?.publicKey ?? '';
    const session = await client.installation.operators.current({});
    const { certificate, ...record } = await client.installation.tenants.delete({
      id,
      confirmName: 'Acme Corporation',
    });
    expect(certificate.statement).toEqual({
      kind: 'tenant-deletion',
      tenantId: id,
      name: 'Acme Corporation',
      deletedAt: record.deletedAt,
      deletedBy: `operator:${session?.operator.id}`,
      keyFingerprint: before.tenants[0]?.fingerprint,
      keyDestroyed: true,
      filesRemoved: record.filesRemoved,
      bytesRemoved: record.bytesRemoved,
    });
    expect(await keys.certificates({})).toEqual([{ signed: certificate, by: OPERATOR.name }]);

    const good = await riscuraVerify(folder, certificate, '--public-key', publicKey);
    expect(good).toMatchObject({
      code: 0,
      said: expect.stringContaining('OK. The statement is as it was signed'),
    });
    const edited = await riscuraVerify(
      folder,
      changed(certificate, { filesRemoved: 0 }),
      '--public-key',
      publicKey,
    );
    expect(edited).toMatchObject({
      code: 1,
      said: expect.stringContaining('was changed after it was signed'),
    });
    const other = (await startWithTenant()).client;
    const foreign = (await other.installation.keys.tenants({})).statementKeys.at(-1)?.publicKey ?? '';
    expect((await riscuraVerify(folder, certificate, '--public-key', foreign)).code).toBe(1);
    expect((await riscuraVerify(folder, { not: 'a statement' })).code).toBe(1);
    expect((await riscuraVerify(folder, certificate, '--public-key', 'nonsense')).code).toBe(2);
  });

  it('signed by an earlier key is still verified by its public half after a rotation', async () => {
    const { client, id, folder } = await startWithTenant();
    const { keys, tenants } = client.installation;
    const { certificate } = await tenants.delete({ id, confirmName: 'Acme Corporation' });
    const list = await keys.rotateStatementKey({});
    expect(list.map(({ version, until }) => [version, until === null])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(list[0]?.keyId).toBe(certificate.keyId);
    const [old = '', now = ''] = list.map(({ publicKey }) => publicKey);
    expect((await riscuraVerify(folder, certificate, '--public-key', old)).code).toBe(0);
    expect((await riscuraVerify(folder, certificate, '--public-key', now)).code).toBe(1);
  });
});

describe('a residency statement', () => {
  it('counts the attempts of its period by destination and stands in the chain of the tenant', async () => {
    const { client, engine, id, folder, ports, keystore } = await startWithTenant();
    const member = openTestWindow(engine).client;
    await signInAdministrator(member);
    const database = await createSqlcipherDriver().open(tenantFile(folder, id), keyOf(keystore, id));
    const now = ports.clock.now();
    const attempts = [
      [now, 'gpu.site.example', 'allowed', 'this-site', 'on-premises'],
      [now, 'gpu.site.example', 'refused', 'this-site', 'on-premises'],
      [now, 'api.cloud.example', 'allowed', 'cloud', 'eu-de'],
      [now, 'old.site.example', 'allowed', null, null],
      [now - 10_000_000, 'api.cloud.example', 'allowed', 'cloud', 'eu-de'],
    ] as const;
    await database.commit(
      attempts.map(([when, host, decision, place, region], index) => ({
        sql: `INSERT INTO egress_attempts (id, at, host, port, purpose, decision, rule, place, region)
              VALUES (?, ?, ?, 443, 'model', ?, 'a rule', ?, ?)`,
        params: [`attempt-${index}`, when, host, decision, place, region],
      })),
    );
    await database.close();
    const to = ports.clock.now() + 1_000;
    const signed = await member.tenant.keys.residencyStatement({ from: now - 1_000, to }, at(id));
    if (signed.statement.kind !== 'residency') throw new Error('it is a residency statement');
    expect(signed.statement).toMatchObject({
      tenantId: id,
      from: now - 1_000,
      to,
      toCloud: 1,
      unknownPlace: 1,
      destinations: [
        { host: 'api.cloud.example', place: 'cloud', region: 'eu-de', allowed: 1, refused: 0 },
        { host: 'gpu.site.example', place: 'this-site', allowed: 1, refused: 1 },
        { host: 'old.site.example', place: null, allowed: 1, refused: 0 },
      ],
    });
    const { events } = await member.tenant.audit.events({}, at(id));
    const own = events.find(({ event }) => event === 'residency-statement.signed');
    expect(own?.hash).toBe(signed.statement.auditHead.hash);
    const publicKey = (await client.installation.keys.tenants({})).statementKeys[0]?.publicKey ?? '';
    expect((await riscuraVerify(folder, signed, '--public-key', publicKey)).code).toBe(0);
    const lie = changed(signed, { toCloud: 0, destinations: [{ host: 'x' }] });
    expect((await riscuraVerify(folder, lie, '--public-key', publicKey)).code).toBe(1);
    const backwards = member.tenant.keys.residencyStatement({ from: 5, to: 5 }, at(id));
    expect(await problemOf(backwards)).toMatchObject({ code: 'BAD_INPUT' });
  });
});
