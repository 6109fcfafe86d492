import { describe, expect, it, onTestFinished } from 'vitest';
import { createNetwork } from '../../src/adapters/network';
import { createOllamaProvider } from '../../src/adapters/ollama';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import type { AuditEventView, ExportPiece } from '../../src/contract';
import { type AuditRecord, detailText, verifyChain } from '../../src/engine/mechanism/chain';
import { deadProviders, startTestEngine } from '../support/engine';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../support/engine/world';
import { ollamaServer } from '../support/ollamaServer';

/** A tenant in which its administrator and an operator have done something. */
async function start() {
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder);
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine);
  await createOperator(operator.client);
  const id = await createTenant(operator.client);
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  for await (const _ of await member.tenant.assistant.ask({ content: 'Why?' }, at(id)));
  await operator.client.tenant.users.list({}, at(id));
  return { folder, test, id, operator, member };
}

async function eventsOf(client: TestClient, id: string, filter: object = {}): Promise<AuditEventView[]> {
  const all: AuditEventView[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.tenant.audit.events({ limit: 2, ...filter, cursor }, at(id));
    all.push(...page.events);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

async function textOf(pieces: AsyncIterable<ExportPiece>): Promise<{ text: string; records: number }> {
  let text = '';
  let records = 0;
  for await (const piece of pieces) {
    text += piece.text;
    records = piece.records;
  }
  return { text, records };
}

function recordOf({ sequence, previousHash, hash, ...event }: AuditEventView): AuditRecord {
  const { at: when, event: name, actor, target, outcome } = event;
  const body = { at: when, event: name, actor, target, outcome, detail: detailText(event) };
  return { sequence, previousHash, hash, body };
}

describe('the audit events of a tenant', () => {
  it('show who acted by name, while the chain holds an id', async () => {
    const { member, id } = await start();
    const { user } = await member.tenant.identity.current({}, at(id));
    const events = await eventsOf(member, id);
    const names = (event: string) =>
      events.filter((each) => each.event === event).map((each) => each.actorName);
    expect(names('user.signed-in')).toEqual([ADMINISTRATOR.name]);
    expect(names('users.listed')).toEqual([OPERATOR.name]);
    expect(events.find(({ event }) => event === 'user.signed-in')?.actor).toBe(`tenant-admin:${user?.id}`);
    expect(JSON.stringify(events.map(({ actorName: _, ...kept }) => kept))).not.toContain(ADMINISTRATOR.name);
  });

  it('call whoever is gone a removed person', async () => {
    const { folder, test, id, operator } = await start();
    const [key] = [...test.keystore.keys]
      .filter(([name]) => name === `tenant:${id}`)
      .map(([, bytes]) => bytes);
    await test.engine.close();
    const database = await createSqlcipherDriver().open(`${folder}/tenants/${id}/tenant.db`, key ?? null);
    await database.commit([{ sql: 'DELETE FROM users', params: [] }]);
    await database.close();
    const again = startTestEngine(folder, { keystore: test.keystore });
    onTestFinished(() => again.engine.close());
    const { client } = openTestWindow(again.engine, operator.kept.credential);
    const events = await eventsOf(client, id, { event: 'signed-in' });
    expect(events.map(({ actorName }) => actorName)).toEqual(['Removed person']);
  });

  it('are found by name, event, outcome, target and time, page by page', async () => {
    const { member, id } = await start();
    const all = await eventsOf(member, id);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all.length - index));
    const same = async (filter: object, keep: (event: AuditEventView) => boolean) => {
      const found = await eventsOf(member, id, filter);
      const expected = all.filter(keep);
      expect(expected.length).toBeGreaterThan(0);
      expect(found).toEqual(expected);
    };
    await same({ actor: 'ADA' }, ({ actorName }) => actorName === ADMINISTRATOR.name);
    await same({ actor: 'olga' }, ({ actorName }) => actorName === OPERATOR.name);
    await same({ event: 'QUERY' }, ({ event }) => event.startsWith('query.'));
    await same({ outcome: 'intent' }, ({ outcome }) => outcome === 'intent');
    const target = all.find(({ event }) => event === 'query.finished')?.target ?? '';
    await same({ target }, (event) => event.target === target);
    const middle = all[Math.floor(all.length / 2)]?.at ?? 0;
    await same({ from: middle }, (event) => event.at >= middle);
    await same({ from: 0, to: middle }, (event) => event.at < middle);
    expect(await eventsOf(member, id, { actor: 'nobody of that name' })).toEqual([]);
  });

  it('are exported as JSON Lines from which the chain is verified, and the export is an event', async () => {
    const { member, id } = await start();
    const { text, records } = await textOf(
      await member.tenant.audit.exportEvents({ format: 'jsonl' }, at(id)),
    );
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEventView);
    expect(events).toHaveLength(records);
    const verdict = verifyChain(events.reverse().map(recordOf));
    expect(verdict).toMatchObject({ ok: true, head: { sequence: records } });
    expect(events.at(-1)).toMatchObject({ event: 'audit.exported', actorName: ADMINISTRATOR.name });
    expect(events.at(-1)?.detail).toEqual({ format: 'jsonl', filter: '' });
  });

  it('are exported as CSV, only those that are asked for', async () => {
    const { member, id } = await start();
    const asked = { format: 'csv', event: 'signed-in' } as const;
    const { text } = await textOf(await member.tenant.audit.exportEvents(asked, at(id)));
    const [head, line, end] = text.split('\r\n');
    expect(head).toBe(
      'sequence,time,at,event,actor,actor_name,target,outcome,from,acting_as,session,api_key,grant,approval,request,hash_before,hash_after,detail,previous_hash,hash',
    );
    expect(line).toMatch(
      /^\d+,\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,user\.signed-in,tenant-admin:[\da-f-]+,Ada Admin,/,
    );
    expect(end).toBe('');
  });

  it('and the ledger are exported by nobody without the permission', async () => {
    const { test, id } = await start();
    const stranger = openTestWindow(test.engine).client;
    await expect(stranger.tenant.isolation.exportLedger({ format: 'csv' }, at(id))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
  });
});

describe('the egress ledger of a tenant', () => {
  it('says for which model each connection was tried, and where that model runs', async () => {
    const server = await ollamaServer();
    onTestFinished(() => server.close());
    const test = startTestEngine(await folderUntil(onTestFinished), {
      network: createNetwork(),
      providers: { ...deadProviders, ollama: createOllamaProvider },
    });
    onTestFinished(() => test.engine.close());
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const provider = await client.installation.models.declareProvider({
      kind: 'ollama',
      name: 'GPU',
      baseUrl: server.baseUrl,
      place: 'this-machine',
      region: null,
      evidence: null,
      key: null,
    });
    const model = `${provider.id}/tiny:latest`;
    const id = await createTenant(client, { model });
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    for await (const _ of await member.tenant.assistant.ask({ content: 'Why?' }, at(id)));

    const { attempts } = await member.tenant.isolation.ledger({ host: '127.0.0.1' }, at(id));
    expect(attempts.length).toBeGreaterThan(0);
    // One question may take more than one connection.
    for (const attempt of attempts) {
      const place = { kind: 'this-machine', region: null };
      expect(attempt).toMatchObject({ decision: 'allowed', purpose: 'model', place, model });
    }
    const [event] = await eventsOf(member, id, { event: 'egress.attempted' });
    expect(event).toMatchObject({ actorName: 'Console', detail: { place: 'this-machine', model } });
    const { text } = await textOf(await member.tenant.isolation.exportLedger({ format: 'csv' }, at(id)));
    expect(text.split('\r\n')[1]).toMatch(new RegExp(`,model,[^,]+,this-machine,,${model}$`));
    const own = await client.installation.network.ledger({});
    expect(own.attempts[0]).toMatchObject({ place: null, model: null });
  });
});
