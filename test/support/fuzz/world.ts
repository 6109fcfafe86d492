import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignInProgress, TenantRole } from '../../../src/contract';
import { createIds } from '../../../src/engine/mechanism/ids';
import { startTestEngine, type TestEngine } from '../engine';
import { createCaller } from '../engine/calls';
import { LDAP_DRAFT, NOBODY } from '../engine/examples';
import { addMember, MEMBER_PASSWORD } from '../engine/members';
import { inspectCatalog, inspectTenant, tenantFolders } from '../engine/soundness';
import { newTenant, OPERATOR } from '../engine/world';
import { BAIT, KINDS, type Kind, placeOf, type Side } from './pools';
import type { CallerName } from './shots';
import { openWire, type Wire } from './wire';

/** A tenant that holds something of every kind. */
interface Seeded {
  readonly tenant: string;
  /** Ids that the fuzzer may name. */
  readonly known: Readonly<Record<Kind, string>>;
  /** Words and ids that stand in this tenant only and that the fuzzer never sends. */
  readonly canaries: readonly string[];
  /** Those of them that stand in conversations and documents, which an operator does not read either. */
  readonly sealed: readonly string[];
}

/** An engine with two tenants, and a window for each caller. */
export interface FuzzWorld {
  readonly test: TestEngine;
  /** The id that a word stands for, seen from a caller. */
  resolve(caller: CallerName, text: string): string;
  /** Keeps the ids that a caller was told. */
  told(caller: CallerName, text: string): void;
  /** What may not stand in an answer to that caller. */
  forbidden(caller: CallerName): readonly string[];
  /**
   * The caller's window, with a session that lives.
   * @throws WornOut when the caller cannot sign in any more
   */
  wire(caller: CallerName): Promise<Wire>;
  /** Says that the session of a caller has ended. */
  ended(caller: CallerName): void;
  /** Whether the engine still answers somebody who knows nothing. */
  isAlive(): Promise<boolean>;
  /** Ends it and looks at what lies on the disk. @returns complaints about databases and chains */
  end(): Promise<string[]>;
}

/** A world in which so much was deleted, suspended or sealed that a caller cannot sign in. */
export class WornOut extends Error {
  override readonly name = 'WornOut';
}

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const SEEN = '@seen.';
const MOST_SEEN = 64;

const DOMAINS: Readonly<Record<Side, string>> = { own: 'own.example', foreign: 'foreign.example' };
const MEMBERS: readonly TenantRole[] = ['tenant-admin', 'user', 'guest'];

type Caller = ReturnType<typeof createCaller>;

function canary(): string {
  return `canary${randomBytes(9).toString('hex')}`;
}

async function createTenant(operator: Caller, domain: string, name: string): Promise<string> {
  const { id } = (await operator.call('installation', 'tenants.create', newTenant({ domain, name }))) as {
    id: string;
  };
  const steps = await operator.call('installation', 'tenants.progress', { id });
  for await (const { outcome } of steps as AsyncIterable<{ outcome: string }>)
    if (outcome === 'failed') throw new Error('the tenant was not created');
  return id;
}

/** Fills a tenant. Of every kind there are two: one that may be named, one that is only looked for. */
async function seed(test: TestEngine, operator: Caller, side: Side): Promise<Seeded> {
  const words: string[] = [];
  const sealed: string[] = [];
  const ids: string[] = [];
  const word = (): string => {
    const next = canary();
    words.push(next);
    return next;
  };
  const name = side === 'own' ? 'Own tenant' : word();
  const tenant = await createTenant(operator, DOMAINS[side], name);
  for (const role of MEMBERS) await addMember(test, tenant, { email: `${role}@${DOMAINS[side]}`, role });
  const person = await addMember(test, tenant, { email: BAIT.replace('own', side), role: 'user' });
  ids.push((await addMember(test, tenant, { email: `${word()}@x.example`, role: 'user' })).id);

  const caller = createCaller(test.engine, `window:seed-${side}`);
  const call = (path: string, input: unknown) => caller.call('tenant', path, input, { tenant });
  await call('identity.signIn', { email: `tenant-admin@${DOMAINS[side]}`, password: MEMBER_PASSWORD });

  const pair = async (make: (text: string) => Promise<string>): Promise<string> => {
    const known = await make(word());
    ids.push(await make(word()));
    return known;
  };
  const conversation = await pair(async (text) => {
    sealed.push(text);
    let id = '';
    const events = (await call('assistant.ask', { content: `Why ${text}?` })) as AsyncIterable<{
      conversationId?: string;
    }>;
    for await (const event of events) id = event.conversationId ?? id;
    return id;
  });
  const document = await pair(async (text) => {
    sealed.push(text);
    const file = new File([`Words of ${text}.`], `${text}.txt`);
    return ((await call('knowledge.add', { file })) as { id: string }).id;
  });
  const made = (path: string, input: object) =>
    pair(async (text) => {
      const answer = (await call(path, { ...input, name: text })) as { id?: string; key?: { id: string } };
      return answer.id ?? answer.key?.id ?? '';
    });
  const role = await made('access.createRole', { permissions: ['knowledge.manage'] });
  const apiKey = await made('apiKeys.create', { scopes: ['ai.query'], expiresInDays: 30 });
  const connection = await pair(
    async (text) => ((await call('sso.add', { draft: { ...LDAP_DRAFT, name: text } })) as { id: string }).id,
  );
  const known = { tenant, person: person.id, conversation, document, role, apiKey, connection };
  return { tenant, known, canaries: [...words, ...ids], sealed };
}

/** Starts it over a folder of its own. */
export async function startWorld(): Promise<FuzzWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'riscura-fuzz-'));
  const test = startTestEngine(folder);
  const operator = createCaller(test.engine, 'window:seed');
  await operator.call('installation', 'operators.createFirst', OPERATOR);
  const sides: Readonly<Record<Side, Seeded>> = {
    own: await seed(test, operator, 'own'),
    foreign: await seed(test, operator, 'foreign'),
  };
  const newId = createIds(test.ports.clock, test.ports.random);
  const wires = new Map<CallerName, Wire>();
  const seen = new Map<CallerName, string[]>();
  const stale = new Set<CallerName>();

  /** An account whose sign-in waits for a second factor or a new password is of no use any more. */
  function requireWhole(answer: unknown): void {
    if ((answer as SignInProgress).needs) throw new WornOut('a sign-in waits for something');
  }

  async function signIn(name: CallerName): Promise<string | null> {
    if (name === 'nobody') return null;
    const caller = createCaller(test.engine, `window:${newId()}`);
    const side: Side = name === 'stranger' ? 'foreign' : 'own';
    const email = `${name === 'stranger' ? 'tenant-admin' : name}@${DOMAINS[side]}`;
    try {
      if (name === 'operator') {
        const { email: own, password } = OPERATOR;
        requireWhole(await caller.call('installation', 'operators.signIn', { email: own, password }));
      } else {
        const { tenant } = sides[side];
        const input = { email, password: MEMBER_PASSWORD };
        requireWhole(await caller.call('tenant', 'identity.signIn', input, { tenant }));
      }
    } catch (refusal) {
      throw new WornOut(`${name} cannot sign in`, { cause: refusal });
    }
    return caller.credential;
  }

  return {
    test,
    resolve(caller, text) {
      if (!text.startsWith('@')) return text;
      if (text.startsWith(SEEN)) return seen.get(caller)?.at(-1 - Number(text.slice(SEEN.length))) ?? NOBODY;
      const [side, kind] = text.slice(1).split('.') as [Side, Kind];
      if (!(side in DOMAINS) || !KINDS.includes(kind) || text !== placeOf(side, kind)) return text;
      const isTurned = caller === 'stranger';
      return sides[isTurned === (side === 'own') ? 'foreign' : 'own'].known[kind];
    },
    told(caller, text) {
      const ids = [...(seen.get(caller) ?? []), ...(text.match(IDS) ?? [])];
      seen.set(caller, [...new Set(ids)].slice(-MOST_SEEN));
    },
    forbidden(caller) {
      if (caller === 'nobody') return [...sides.own.canaries, ...sides.foreign.canaries];
      if (caller === 'operator') return [...sides.own.sealed, ...sides.foreign.sealed];
      return caller === 'stranger' ? sides.own.canaries : sides.foreign.canaries;
    },
    async wire(caller) {
      const open = wires.get(caller);
      const isWhole = open && !stale.has(caller) && (open.credential() !== null) === (caller !== 'nobody');
      if (open && isWhole) return open;
      open?.close();
      const wire = openWire(test.engine, test.log, await signIn(caller));
      wires.set(caller, wire);
      stale.delete(caller);
      return wire;
    },
    ended: (caller) => {
      stale.add(caller);
    },
    async isAlive() {
      const status = await createCaller(test.engine).call('installation', 'status.read');
      return typeof status === 'object';
    },
    async end() {
      for (const wire of wires.values()) wire.close();
      await test.engine.close();
      try {
        return await complaintsAbout(folder, test);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function complaintsAbout(folder: string, { keystore }: TestEngine): Promise<string[]> {
  const complaints: string[] = [];
  const catalog = await inspectCatalog(folder, async (database) =>
    database.read("SELECT id FROM tenants WHERE state IN ('active', 'suspended')"),
  );
  if (!catalog.sound) complaints.push('the catalogue or its chain is not sound');
  const there = new Set(await tenantFolders(folder));
  for (const { id } of catalog.seen) {
    if (!there.has(String(id))) complaints.push(`a tenant of the catalogue has no folder`);
    const { sound } = await inspectTenant(folder, keystore, String(id), async () => null);
    if (!sound) complaints.push('the database of a tenant or its chain is not sound');
  }
  return complaints;
}
