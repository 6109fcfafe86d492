import { describe, expect, it } from 'vitest';
import { AuditFileVerifier } from '../../src/engine/mechanism/chain';
import { startAgain, startWithTenant } from '../security/keys/support';
import type { TestClient } from '../support/engine/client';
import { TestClock } from '../support/engine/testClock';
import { OPERATOR } from '../support/engine/world';

const DAY_MS = 24 * 3_600_000;
const TILE = 256;

async function segment(client: TestClient): Promise<string[]> {
  let text = '';
  for await (const piece of await client.installation.audit.segment({ through: TILE })) text += piece.text;
  return text.trimEnd().split('\n');
}

function verdictOf(lines: readonly string[]) {
  const verifier = new AuditFileVerifier({ publicKey: null, checkpoint: null });
  for (const line of lines) verifier.push(line);
  return verifier.end();
}

async function verified(client: TestClient) {
  let last: unknown = null;
  for await (const step of await client.installation.audit.verify({})) last = step.verdict;
  return last;
}

describe('the chain of the installation', () => {
  it('is pruned by its policy; what went is a sealed file that outlives the key of the installation', async () => {
    const clock = new TestClock();
    const { client, engine, folder, keystore } = await startWithTenant({ clock });
    const { audit, keys, operators } = client.installation;
    expect(await audit.retention({})).toEqual({ keepDays: null, segments: [] });
    for (let made = 0; made < TILE; made += 1) {
      await keys.setPolicy({ rotationDays: 90 + (made % 2), automatic: false });
    }
    clock.pass(100 * DAY_MS);
    await operators.signIn(OPERATOR);
    await audit.setRetention({ keepDays: 90 });
    await expect.poll(async () => (await audit.retention({})).segments.length).toBe(1);
    expect((await audit.state({})).first).toBe(TILE + 1);
    expect(verdictOf(await segment(client))).toMatchObject({ ok: true, events: TILE });
    expect(await verified(client)).toMatchObject({ ok: true });
    await keys.rotateInstallationKey({});
    await operators.signIn(OPERATOR);
    expect(verdictOf(await segment(client))).toMatchObject({ ok: true, events: TILE });
    await engine.close();

    const again = await startAgain(folder, keystore);
    expect(await verified(again.client)).toMatchObject({ ok: true });
    const { events } = await again.client.installation.audit.events({ event: 'audit.pruned' });
    expect(events).toMatchObject([{ actor: 'system:retention', detail: { from: 1, through: TILE } }]);
  });

  it('is streamed to a declared server only, and says why it did not arrive', async () => {
    const clock = new TestClock();
    const { client } = await startWithTenant({ clock });
    const { audit } = client.installation;
    expect(await audit.stream({})).toEqual({ stream: null });
    await audit.setStream({ server: { host: 'syslog.site.example', port: 6_514, authority: null } });
    await client.installation.keys.setPolicy({ rotationDays: 30, automatic: false });
    clock.pass(5_000);
    await expect.poll(async () => (await audit.stream({})).stream?.problem).toBe('EGRESS_REFUSED');
    expect((await audit.stream({})).stream?.waiting).toBeGreaterThan(0);
    await audit.setStream({ server: null });
    expect(await audit.stream({})).toEqual({ stream: null });
  });
});
