import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import { AuditFileVerifier, verifyInclusion } from '../../src/engine/mechanism/chain';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../support/engine/world';

async function start() {
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder);
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  await createOperator(operator);
  const id = await createTenant(operator);
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  return { operator, member, id, test: { ...test, folder } };
}

async function last<Value>(stream: AsyncIterable<Value>): Promise<Value> {
  let value: Value | undefined;
  for await (const next of stream) value = next;
  if (value === undefined) throw new Error('the stream was empty');
  return value;
}

describe('the audit chain through the contract', () => {
  it('gives each event with the proof that it is in the tenant’s chain', async () => {
    const { member, id } = await start();
    const { events } = await member.tenant.audit.events({ event: 'user.signed-in' }, at(id));
    const sequence = events[0]?.sequence ?? 0;
    const { event, checkpoint, path } = await member.tenant.audit.event({ sequence }, at(id));
    expect(event).toEqual(events[0]);
    expect(checkpoint.origin).toBe(`tenant:${id}`);
    const proof = { leaf: sequence - 1, size: checkpoint.size, path };
    expect(verifyInclusion(event.hash, proof, checkpoint.root)).toBe(true);
    await expect(member.tenant.audit.event({ sequence: 9_999 }, at(id))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('verifies itself and can be verified as a file, the tenant’s and the installation’s', async () => {
    const { operator, member, id } = await start();
    const parts = [
      { audit: member.tenant.audit, context: at(id), origin: `tenant:${id}` },
      { audit: operator.installation.audit, context: {}, origin: 'installation' },
    ];
    for (const { audit, context, origin } of parts) {
      const verified = await last(await audit.verify({}, context));
      expect(verified.verdict).toMatchObject({ ok: true, sequence: null });
      let text = '';
      for await (const piece of await audit.export({ format: 'jsonl' }, context)) text += piece.text;
      const state = await audit.state({}, context);
      expect(state).toMatchObject({ origin, kept: { size: state.newest?.size } });
      const verifier = new AuditFileVerifier({ publicKey: state.publicKey, checkpoint: state.newest });
      for (const line of text.trimEnd().split('\n')) verifier.push(line);
      expect(verifier.end()).toMatchObject({ ok: true, header: { origin } });
      const { events } = await audit.events({ event: 'audit.' }, context);
      const names = events.map(({ event }) => event);
      for (const name of ['audit.verified', 'audit.chain-exported', 'audit.state-viewed'])
        expect(names).toContain(name);
    }
  });

  it('is exported as OCSF, each event in its class', async () => {
    const { member, id } = await start();
    let text = '';
    for await (const piece of await member.tenant.audit.export({ format: 'ocsf' }, at(id)))
      text += piece.text;
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const common = {
      severity_id: expect.any(Number),
      time: expect.any(Number),
      status_id: expect.any(Number),
    };
    for (const event of events) expect(event).toMatchObject(common);
    expect(events.find(({ class_uid }) => class_uid === 3002)).toMatchObject({
      activity_id: 1,
      type_uid: 300_201,
      category_uid: 3,
      status: 'Success',
      user: { type: 'tenant-admin' },
      metadata: { version: '1.3.0', event_code: 'user.signed-in', log_name: `tenant:${id}` },
    });
    expect(events.find(({ class_uid }) => class_uid === 6003)).toMatchObject({
      category_uid: 6,
      api: { operation: 'tenant.provisioned' },
    });
  });

  it('holds no name, address or setting of anybody, so that whoever goes takes nothing out of it', async () => {
    const { member, id, test } = await start();
    const before = await member.tenant.configuration.read({}, at(id));
    const { residency: _residency, ...settings } = before;
    const secret = 'Answer as the tax adviser of Ada.';
    await member.tenant.configuration.update({ ...settings, instructions: secret }, at(id));
    await member.tenant.configuration.update({ ...settings, version: before.version + 1 }, at(id));
    let text = '';
    for await (const piece of await member.tenant.audit.export({ format: 'jsonl' }, at(id)))
      text += piece.text;
    for (const word of [ADMINISTRATOR.name, ADMINISTRATOR.email, secret, 'Ada'])
      expect(text).not.toContain(word);
    const { events } = await member.tenant.audit.events({ event: 'configuration.updated' }, at(id));
    const [back, there] = events.map(({ origin }) => origin);
    expect(there?.before).toMatch(/^[0-9a-f]{64}$/);
    expect(there?.after).not.toBe(there?.before);
    expect([back?.before, back?.after]).toEqual([there?.after, there?.before]);

    await test.engine.close();
    const database = await createSqlcipherDriver().open(
      test.ports.files.absolute(`tenants/${id}/tenant.db`),
      await test.keystore.readKey({ kind: 'tenant', tenantId: id }),
    );
    await database.commit([{ sql: 'DELETE FROM users', params: [] }]);
    await database.close();
    const again = startTestEngine(test.folder, { keystore: test.keystore });
    onTestFinished(() => again.engine.close());
    const client = openTestWindow(again.engine).client;
    await client.installation.operators.signIn(OPERATOR);
    const verified = await last(await client.tenant.audit.verify({}, at(id)));
    expect(verified.verdict).toMatchObject({ ok: true });
    const shown = await client.tenant.audit.events({ event: 'configuration.updated' }, at(id));
    expect(shown.events.map(({ actorName }) => actorName)).toEqual(['Removed person', 'Removed person']);
  });

  it('keeps events for ever until an administrator of the tenant says otherwise', async () => {
    const { operator, member, id } = await start();
    expect(await member.tenant.audit.retention({}, at(id))).toEqual({ keepDays: null, segments: [] });
    await member.tenant.audit.setRetention({ keepDays: 365 }, at(id));
    expect(await member.tenant.audit.retention({}, at(id))).toMatchObject({ keepDays: 365 });
    await expect(operator.tenant.audit.setRetention({ keepDays: 90 }, at(id))).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    const { events } = await member.tenant.audit.events({ event: 'audit.retention-set' }, at(id));
    expect(events).toContainEqual(
      expect.objectContaining({ outcome: 'done', detail: { before: null, after: 365 } }),
    );
    await expect(member.tenant.audit.segment({ through: 256 }, at(id))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
