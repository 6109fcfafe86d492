import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/system';
import { AuditFileVerifier } from '../../src/engine/mechanism/chain';
import { startAgain, startWithTenant } from '../security/keys/support';
import { createAuthenticator } from '../support/engine/authenticator';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { createTenant, OPERATOR, signInAdministrator } from '../support/engine/world';

const { email, password } = OPERATOR;

async function exported(client: TestClient): Promise<string[]> {
  let text = '';
  for await (const piece of await client.installation.audit.export({ format: 'jsonl' })) text += piece.text;
  return text.trimEnd().split('\n');
}

function verified(lines: readonly string[], publicKey: string) {
  const verifier = new AuditFileVerifier({ publicKey, checkpoint: null });
  for (const line of lines) verifier.push(line);
  return verifier.end();
}

async function verifiedLive(client: TestClient) {
  let last: unknown = null;
  for await (const step of await client.installation.audit.verify({})) last = step.verdict;
  return last;
}

describe('the rotation of the key of the installation', () => {
  it('seals everything anew: operators sign in again, tenants and chains go on, also after a restart', async () => {
    const { client, engine, id, folder, keystore } = await startWithTenant();
    const member = openTestWindow(engine).client;
    await signInAdministrator(member);
    const { kit } = await client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 3 });
    const before = await client.installation.keys.tenants({});
    const [certificateKey] = before.statementKeys;
    const old = Buffer.from(keystore.keys.get('installation') ?? []);

    await client.installation.keys.rotateInstallationKey({});

    expect(Buffer.from(keystore.keys.get('installation') ?? []).equals(old)).toBe(false);
    expect([...keystore.keys.keys()].sort()).toEqual(['installation', `tenant:${id}`]);
    expect(await problemOf(client.installation.keys.tenants({}))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    await client.installation.operators.signIn({ email, password });
    const after = await client.installation.keys.tenants({});
    expect(after.installation).toMatchObject({ version: 2, kit: { id: kit.id, current: false } });
    expect(after.statementKeys.map(({ publicKey }) => publicKey)[0]).toBe(certificateKey?.publicKey);
    expect(after.statementKeys.map(({ until }) => until === null)).toEqual([false, true]);
    expect(after.checkpointKeys.map(({ version }) => version)).toEqual([1, 2]);
    await member.tenant.configuration.read({}, at(id));
    await client.installation.keys.rotateInstallationKey({});
    await client.installation.operators.signIn({ email, password });
    await createTenant(client, { domain: 'second.example' });
    await engine.close();

    const again = await startAgain(folder);
    expect((await again.client.installation.keys.tenants({})).installation.version).toBe(3);
    expect(await verifiedLive(again.client)).toMatchObject({ ok: true });
    const { events } = await again.client.installation.audit.events({});
    const own = events.filter(({ event }) => event === 'installation-key.rotated');
    expect(own.map(({ outcome }) => outcome)).toEqual(['done', 'intent', 'done', 'intent']);
    const reader = openTestWindow(again.engine).client;
    await signInAdministrator(reader);
  });

  it('keeps second factors and API keys worth what they were', async () => {
    const { client, engine, id, folder } = await startWithTenant();
    const member = openTestWindow(engine).client;
    await signInAdministrator(member);
    const made = await client.installation.account.beginSecondFactor({});
    const { recoveryCodes } = await client.installation.account.finishSecondFactor({
      code: createAuthenticator(made.secret, createSystemClock()).code(),
    });
    await client.installation.keys.rotateInstallationKey({});
    await client.installation.operators.signIn({ email, password });
    await client.installation.account.confirmSignIn({ code: recoveryCodes[0] ?? '' });
    expect((await client.installation.account.secondFactors({})).recoveryCodesLeft).toBe(9);
    await engine.close();
    const again = await startAgain(folder);
    await again.client.installation.account.confirmSignIn({ code: recoveryCodes[1] ?? '' });
    await again.client.tenant.keys.fieldKeys({}, at(id));
  });

  it('keeps the certificate of the listener of sign-on usable', async () => {
    const { client } = await startWithTenant();
    const settings = { name: 'localhost', address: '127.0.0.1', port: 7_443 };
    const made = await client.installation.signOn.setListener({
      settings,
      certificate: { kind: 'internal' },
    });
    await client.installation.keys.rotateInstallationKey({});
    await client.installation.operators.signIn({ email, password });
    expect((await client.installation.signOn.listener({})).certificate).toEqual(made.certificate);
    const kept = await client.installation.signOn.setListener({ settings, certificate: { kind: 'kept' } });
    expect(kept.certificate).toEqual(made.certificate);
  });

  it('keeps the certificate of a tenant’s host name usable', async () => {
    const { client, id } = await startWithTenant();
    const wishes = { name: 'ai.acme.example', tenantId: id };
    const made = await client.installation.tenantHosts.set({ ...wishes, certificate: { kind: 'internal' } });
    await client.installation.keys.rotateInstallationKey({});
    await client.installation.operators.signIn({ email, password });
    expect(await client.installation.tenantHosts.list({})).toEqual([made]);
    // It is held against its key, which is opened for that.
    const kept = await client.installation.tenantHosts.set({ ...wishes, certificate: { kind: 'kept' } });
    expect(kept).toEqual(made);
  });

  it('waits for what goes on in steps', async () => {
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { client, id } = await startWithTenant({
      reach: async (point) => {
        if (point !== 'rotate.copy.ran') return;
        reached.resolve();
        await go.promise;
      },
    });
    await client.installation.keys.rotate({ id });
    await reached.promise;
    const refused = await problemOf(client.installation.keys.rotateInstallationKey({}));
    expect(refused).toMatchObject({ code: 'CONFLICT' });
    go.resolve();
  });
});

describe('the key for audit checkpoints', () => {
  it('is followed by one that it vouches for: files verify with the one or the other', async () => {
    const { client } = await startWithTenant();
    const [first] = (await client.installation.keys.tenants({})).checkpointKeys;
    const before = await exported(client);
    await client.installation.keys.rotateCheckpointKey({});
    const { checkpointKeys } = await client.installation.keys.tenants({});
    expect(checkpointKeys.map(({ until }) => until === null)).toEqual([false, true]);
    // Its proof that it is who it is went with the closing.
    await client.installation.operators.signIn({ email, password });
    const after = await exported(client);
    const [one, two] = checkpointKeys.map(({ publicKey }) => publicKey);
    expect(one).toBe(first?.publicKey);
    expect(verified(before, one ?? '')).toMatchObject({ ok: true });
    for (const key of [one, two]) expect(verified(after, key ?? '')).toMatchObject({ ok: true });
    expect(await verifiedLive(client)).toMatchObject({ ok: true });
    // Without the signatures that lead from the one to the other there is nothing to go by.
    const [head = '', ...rest] = after;
    const cut = JSON.stringify({ ...JSON.parse(head), keys: [] });
    expect(verified([cut, ...rest], one ?? '').ok).toBe(false);
    const [link] = JSON.parse(head).keys;
    const forged = JSON.stringify({ ...JSON.parse(head), keys: [{ ...link, byPrevious: link.byNext }] });
    expect(verified([forged, ...rest], one ?? '').ok).toBe(false);
  });
});
