import type { AnyContractProcedure } from '@orpc/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../src/adapters/betterSqlite3';
import {
  ConsoleError,
  contract,
  GRANTS,
  installationContract,
  type Permission,
  type ProcedureMeta,
  Role,
  STEP_UP_MS,
  tenantContract,
} from '../../src/contract';
import { createDoor, type Door, listProcedures } from '../../src/engine/door';
import { bindProcedures } from '../../src/engine/door/procedures';
import type { Session } from '../../src/engine/mechanism/sessions';
import { migrate, STORE_SCHEMA, Store } from '../../src/engine/mechanism/store';
import { MemoryLog } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { EXAMPLES } from '../support/engine/examples';
import { TestClock } from '../support/engine/testClock';
import { temporaryFolder } from '../support/temporaryFolder';

const procedures = listProcedures(contract);

function metaOf(procedure: AnyContractProcedure): ProcedureMeta {
  return procedure['~orpc'].meta as ProcedureMeta;
}

/** Which roles hold which permission, written down a second time; the specification's own rows: matrix.test.ts. */
const MATRIX: Readonly<Record<Exclude<Permission, 'public' | 'session'>, readonly Role[]>> = {
  'installation.manage': ['operator'],
  'tenants.manage': ['operator'],
  'ai.configure': ['operator', 'tenant-admin'],
  'ai.query': ['operator', 'tenant-admin', 'user'],
  'analytics.view': ['operator', 'tenant-admin', 'user'],
  'billing.view': ['operator', 'tenant-admin'],
  'knowledge.manage': ['tenant-admin'],
  'knowledge.read': ['tenant-admin', 'user'],
  'users.manage': ['operator', 'tenant-admin'],
  'isolation.view': ['operator', 'tenant-admin'],
  'access.view': ['operator', 'tenant-admin'],
  'access.manage': ['tenant-admin'],
  'approvals.decide': ['tenant-admin'],
  'break-glass.use': ['operator'],
  'keys.manage': ['operator'],
  'audit.view': ['operator', 'tenant-admin'],
  'audit.manage': ['tenant-admin'],
  'sso.manage': ['tenant-admin'],
};

const REACHED = 'reached';

/** What a session is when its sign-in is finished and nothing confines it. */
const WHOLE = { needs: null, scopes: null, keyPrefix: null, ended: new AbortController().signal };

/** Handlers that only say that they were reached. */
function reachedHandlers(part: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(part).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'object' && value !== null && '~orpc' in value
        ? async () => {
            throw new ConsoleError('CANCELLED', { reason: REACHED });
          }
        : reachedHandlers(value as object),
    ]),
  );
}

describe('the contract', () => {
  it.each(procedures)('%s states permission, audit event, size and summary', (_name, procedure) => {
    const { permission, audit, maxBytes, summary } = metaOf(procedure);
    expect(permission).toBeTruthy();
    expect(audit.event).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(['change', 'view']).toContain(audit.kind);
    expect(maxBytes).toBeGreaterThan(0);
    expect(summary.length).toBeGreaterThan(5);
    expect(procedure['~orpc'].inputSchema).toBeDefined();
    expect(procedure['~orpc'].outputSchema).toBeDefined();
  });

  it('is covered by an example each, and no example is of something else', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(procedures.map(([name]) => name).sort());
  });

  it.each(procedures)('%s takes its example', async (name, procedure) => {
    const result = await procedure['~orpc'].inputSchema?.['~standard'].validate(EXAMPLES[name]?.());
    expect(result?.issues).toBeUndefined();
  });

  it('leaves every permission but the two open ones to the roles of the matrix', () => {
    for (const [permission, roles] of Object.entries(MATRIX)) {
      for (const role of Role.options) {
        expect([permission, role, GRANTS[role].includes(permission as Permission)]).toEqual([
          permission,
          role,
          roles.includes(role),
        ]);
      }
    }
  });

  it('opens without a session only what a person needs before they have one', () => {
    const open = procedures.filter(([, procedure]) => metaOf(procedure).permission === 'public');
    expect(open.map(([name]) => name).sort()).toEqual([
      'installation.operators.askPasskey',
      'installation.operators.createFirst',
      'installation.operators.current',
      'installation.operators.passwordRules',
      'installation.operators.signIn',
      'installation.operators.signInByPasskey',
      'installation.recovery.acceptOlder',
      'installation.recovery.restore',
      'installation.sealing.unseal',
      'installation.status.read',
      'installation.status.watch',
      'tenant.identity.askPasskey',
      'tenant.identity.signIn',
      'tenant.identity.signInByBrowser',
      'tenant.identity.signInByPasskey',
      'tenant.identity.signOnChoices',
      'tenant.people.acceptInvitation',
      'tenant.people.openInvitation',
    ]);
  });

  it('cannot be built with a procedure that lacks its permission, event or handler', () => {
    const [, first] = procedures[0] ?? [];
    if (!first) throw new Error('there is no procedure');
    const bare = Object.create(first) as AnyContractProcedure;
    Object.defineProperty(bare, '~orpc', { value: { ...first['~orpc'], meta: { summary: 'nothing else' } } });
    expect(() => bindProcedures({ bare }, { bare: async () => ({}) })).toThrow(/does not state/);
    expect(() => bindProcedures({ first }, {})).toThrow(/no handler/);
  });
});

describe('the door', () => {
  async function openDoors(
    provenAgoMs = { current: 0 },
  ): Promise<{ doors: Record<string, Door>; store: Store }> {
    const folder = await temporaryFolder();
    const clock = new TestClock();
    const database = await createBetterSqlite3Driver().create(`${folder}/door.db`, null);
    await migrate(database, [{ version: 1, name: 'store', statements: STORE_SCHEMA }], 1);
    const store = await Store.open(database, clock);
    onTestFinished(() => store.close());
    const common = {
      authenticate: async (credential: string | null): Promise<Session> => {
        if (credential === null) throw new ConsoleError('NOT_SIGNED_IN');
        const role = Role.parse(credential);
        return {
          id: `session-of-${role}`,
          personId: role,
          role,
          expiresAt: clock.now() + 1,
          provenAgoMs: provenAgoMs.current,
          ...WHOLE,
        };
      },
      store,
      clock,
      log: new MemoryLog(),
      newIncident: () => 'incident',
      keyedHash: (text: string) => text,
      onStoreProblem: () => undefined,
    };
    return {
      store,
      doors: {
        installation: createDoor({
          ...common,
          contract: installationContract,
          handlers: reachedHandlers(installationContract) as never,
        }),
        tenant: createDoor({
          ...common,
          contract: tenantContract,
          handlers: reachedHandlers(tenantContract) as never,
        }),
      },
    };
  }

  function request(name: string, credential: string | null, more: object = {}) {
    const [scope = '', ...rest] = name.split('.');
    return {
      scope,
      request: {
        name: rest.join('.'),
        input: EXAMPLES[name]?.(),
        credential,
        source: 'window:1',
        signal: new AbortController().signal,
        bytes: 10,
        ...more,
      },
    };
  }

  it('decides each role and procedure as the matrix says', async () => {
    const { doors } = await openDoors();
    for (const [name, procedure] of procedures) {
      const { permission } = metaOf(procedure);
      for (const role of [null, ...Role.options]) {
        const allowed =
          permission === 'public' ||
          (role !== null && (permission === 'session' || MATRIX[permission].includes(role)));
        const asked = request(name, role);
        const problem = await problemOf(doors[asked.scope]?.call(asked.request) ?? Promise.resolve());
        const expected = allowed ? 'CANCELLED' : role === null ? 'NOT_SIGNED_IN' : 'NOT_ALLOWED';
        expect([name, role, (problem as ConsoleError).code]).toEqual([name, role, expected]);
      }
    }
  });

  it('wants a fresh proof of who it is before deletes and what opens the installation, from everybody', async () => {
    const provenAgoMs = { current: STEP_UP_MS };
    const { doors, store } = await openDoors(provenAgoMs);
    // Whoever has a session may begin a second factor of their own; that is tested where it is about accounts.
    const demanding = procedures.filter(
      ([, procedure]) => metaOf(procedure).stepUp && metaOf(procedure).permission !== 'session',
    );
    expect(demanding.map(([name]) => name)).toEqual(
      expect.arrayContaining(['installation.tenants.delete', 'tenant.knowledge.remove']),
    );
    for (const [name, procedure] of demanding) {
      const { permission } = metaOf(procedure);
      if (permission === 'public' || permission === 'session') continue;
      const [role = 'operator'] = MATRIX[permission];
      const asked = request(name, role);
      for (const [ago, code] of [
        [STEP_UP_MS, 'CANCELLED'],
        [STEP_UP_MS + 1, 'STEP_UP_REQUIRED'],
        [Number.POSITIVE_INFINITY, 'STEP_UP_REQUIRED'],
      ] as const) {
        provenAgoMs.current = ago;
        const problem = await problemOf(doors[asked.scope]?.call(asked.request) ?? Promise.resolve());
        expect([name, ago, (problem as ConsoleError).code]).toEqual([name, ago, code]);
      }
    }
    expect(await store.read("SELECT 1 FROM audit_events WHERE outcome = 'refused'")).toHaveLength(
      demanding.length,
    );
  });

  it('records who was refused', async () => {
    const { doors, store } = await openDoors();
    const asked = request('tenant.assistant.ask', 'guest');
    await problemOf(doors.tenant?.call(asked.request) ?? Promise.resolve());
    expect(await store.read('SELECT event, actor, outcome FROM audit_events')).toEqual([
      { event: 'query.asked', actor: 'guest:guest', outcome: 'refused' },
    ]);
  });

  it.each(procedures)('%s refuses a byte too many before it reads anything', async (name, procedure) => {
    const { doors } = await openDoors();
    const asked = request(name, 'operator', { bytes: metaOf(procedure).maxBytes + 1, input: null });
    const problem = await problemOf(doors[asked.scope]?.call(asked.request) ?? Promise.resolve());
    expect(problem).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('fails a change that left no event', async () => {
    const { doors: _doors, store } = await openDoors();
    const log = new MemoryLog();
    const door = createDoor({
      contract: { signOut: tenantContract.identity.signOut },
      handlers: { signOut: async () => ({}) },
      authenticate: async () => ({
        id: 's',
        personId: 'p',
        role: 'user',
        expiresAt: 0,
        provenAgoMs: 0,
        ...WHOLE,
      }),
      store,
      clock: new TestClock(),
      log,
      newIncident: () => 'incident-7',
      keyedHash: (text: string) => text,
      onStoreProblem: () => undefined,
    });
    const problem = await problemOf(
      door.call({
        name: 'signOut',
        input: {},
        credential: 'x',
        source: 's',
        signal: new AbortController().signal,
        bytes: 0,
      }),
    );
    expect(problem).toMatchObject({ code: 'INTERNAL', detail: { incident: 'incident-7' } });
    expect(log.lines.join()).toContain('changed something without an event');
  });

  it('types what goes wrong in an answer or in the midst of a stream, and leaves values of the wrong form inside', async () => {
    const { store } = await openDoors();
    let secret: () => Promise<never> | AsyncGenerator<never> = async () => ({}) as never;
    const common = {
      authenticate: async (): Promise<Session> => ({
        id: 's',
        personId: 'p',
        role: 'tenant-admin',
        expiresAt: 0,
        provenAgoMs: 0,
        ...WHOLE,
      }),
      store,
      clock: new TestClock(),
      log: new MemoryLog(),
      newIncident: () => 'incident-8',
      keyedHash: (text: string) => text,
      onStoreProblem: () => undefined,
    };
    const door = createDoor({
      ...common,
      contract: { list: tenantContract.users.list, watch: tenantContract.overview.watch },
      handlers: { list: async () => secret() as never, watch: async () => secret() as never },
    });
    const call = (name: string) =>
      door.call({
        name,
        input: { period: '24h' },
        credential: 'x',
        source: 's',
        signal: new AbortController().signal,
        bytes: 0,
      });
    secret = async () => [{ password: 'hunter2' }] as never;
    const wrong = await problemOf(call('list'));
    expect(wrong).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify((wrong as ConsoleError).detail)).not.toContain('hunter2');
    secret = async function* () {
      yield { figure: 'not of the contract' } as never;
    };
    const stream = (await call('watch')).output as AsyncIterable<unknown>;
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INTERNAL' });
    secret = async function* () {
      yield* [];
      throw new TypeError('/root/secret.ts:1');
    };
    const failing = (await call('watch')).output as AsyncIterable<unknown>;
    const problem = await problemOf(failing[Symbol.asyncIterator]().next());
    expect(problem).toMatchObject({ code: 'INTERNAL', detail: { incident: 'incident-8' } });
    expect(JSON.stringify(problem)).not.toContain('/root');
  });
});
