import type { ListenerSettings, SignOnListener, Tenant, TenantSummary } from '../../../src/contract';
import { base, refuse, tenantById, wait } from './base';
import { environmentOf } from './environment';
import { createTenant, runDeletion, watchProgress } from './lifecycle';
import { PLANS } from './plans';
import { PASSWORD, type World } from './world';

const DAY = 86_400_000;
const installation = base.installation;

function summaryOf(world: World, tenant: Tenant): TenantSummary {
  const events = world.usage.get(tenant.id) ?? [];
  const now = world.now();
  const last = events.filter((event) => event.at >= now - DAY);
  const trend = Array.from({ length: 14 }, (_, index) => {
    const from = now - (14 - index) * DAY;
    return events.filter((event) => event.at >= from && event.at < from + DAY).length;
  });
  return {
    ...tenant,
    queries24h: last.length,
    tokens24h: last.reduce((sum, event) => sum + event.inputTokens + event.outputTokens, 0),
    cost24h: { micros: last.reduce((sum, event) => sum + event.cost.micros, 0), currency: 'EUR' },
    errors24h: last.filter((event) => event.outcome === 'failed').length,
    trend,
    lastActivityAt: events.at(-1)?.at ?? null,
  };
}

function change(world: World, id: string, part: Partial<Tenant>): Tenant {
  const before = tenantById(world, id);
  const after = { ...before, ...part, revision: before.revision + 1, updatedAt: world.now() };
  world.tenants = world.tenants.map((each) => (each.id === id ? after : each));
  return after;
}

/** A sign-in that is finished. */
const WHOLE = { needs: null, idleMinutes: 60 };

const SORTS: Record<string, (a: TenantSummary, b: TenantSummary) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  created: (a, b) => b.createdAt - a.createdAt,
  queries: (a, b) => b.queries24h - a.queries24h,
  cost: (a, b) => b.cost24h.micros - a.cost24h.micros,
};

function operators(world: World) {
  const session = () =>
    world.operator && { operator: world.operator, ...WHOLE, expiresAt: world.now() + 3_600_000 };
  const enter = (name: string, email: string) => {
    world.operator = { id: world.newId(), name, email, createdAt: world.now() };
    world.status = { ...world.status, state: 'ready' };
    return { operator: world.operator, ...WHOLE, expiresAt: world.now() + 3_600_000 };
  };
  return {
    passwordRules: installation.operators.passwordRules.handler(() => [
      { id: 'length', text: 'At least 12 characters' },
      { id: 'variety', text: 'At least 6 different characters' },
      { id: 'personal', text: 'Does not hold your name or e-mail address' },
    ]),
    createFirst: installation.operators.createFirst.handler(async ({ input }) => {
      await wait(300);
      if (input.password.length < 12)
        throw refuse('WEAK_PASSWORD', { fields: [{ path: 'password', problem: 'At least 12 characters' }] });
      return enter(input.name, input.email);
    }),
    signIn: installation.operators.signIn.handler(async ({ input }) => {
      await wait(300);
      if (input.password !== PASSWORD) throw refuse('WRONG_CREDENTIALS');
      return enter('Maren Holt', input.email);
    }),
    signOut: installation.operators.signOut.handler(() => {
      world.operator = null;
      return {};
    }),
    current: installation.operators.current.handler(() => session()),
  };
}

function tenants(world: World) {
  return {
    list: installation.tenants.list.handler(({ input }) => {
      const found = world.tenants
        .filter((tenant) => !input.state || tenant.state === input.state)
        .filter((tenant) =>
          `${tenant.name} ${tenant.domain}`.toLowerCase().includes(input.search.toLowerCase()),
        )
        .map((tenant) => summaryOf(world, tenant))
        .sort(SORTS[input.sort]);
      const usual = input.sort === 'name' ? 'ascending' : 'descending';
      if (input.direction && input.direction !== usual) found.reverse();
      const from = Number(input.cursor ?? 0);
      const end = from + input.limit;
      return {
        tenants: found.slice(from, end),
        total: found.length,
        next: end < found.length ? String(end) : null,
      };
    }),
    read: installation.tenants.read.handler(({ input }) => tenantById(world, input.id)),
    environment: installation.tenants.environment.handler(({ input }) =>
      environmentOf(world, tenantById(world, input.id)),
    ),
    create: installation.tenants.create.handler(({ input }) => createTenant(world, input)),
    progress: installation.tenants.progress.handler(({ input, signal }) =>
      watchProgress(world, input.id, signal),
    ),
    update: installation.tenants.update.handler(({ input: { id, revision, ...part } }) => {
      if (tenantById(world, id).revision !== revision) throw refuse('CONFLICT');
      return change(world, id, part);
    }),
    suspend: installation.tenants.suspend.handler(({ input }) =>
      change(world, input.id, { state: 'suspended' }),
    ),
    resume: installation.tenants.resume.handler(({ input }) => change(world, input.id, { state: 'active' })),
    check: installation.tenants.check.handler(async ({ input }) => ({
      tenant: await change(world, input.id, { health: 'healthy' }),
      problems: [],
    })),
    delete: installation.tenants.delete.handler(({ input }) => {
      const tenant = tenantById(world, input.id);
      if (tenant.name !== input.confirmName) throw refuse('CONFIRMATION_MISMATCH');
      return runDeletion(world, tenant);
    }),
  };
}

function network(world: World) {
  return {
    policy: installation.network.policy.handler(() => world.network),
    setAirGap: installation.network.setAirGap.handler(({ input }) => {
      world.network = { ...world.network, airGap: input.airGap };
      world.status = { ...world.status, airGap: input.airGap };
      return world.network;
    }),
    declareHost: installation.network.declareHost.handler(({ input }) => {
      const host = { ...input, declaredAt: world.now() };
      world.network = { ...world.network, hosts: [...world.network.hosts, host] };
      return world.network;
    }),
    withdrawHost: installation.network.withdrawHost.handler(({ input }) => {
      const hosts = world.network.hosts.filter(
        (each) => each.host !== input.host || each.port !== input.port,
      );
      world.network = { ...world.network, hosts };
      return world.network;
    }),
    ledger: installation.network.ledger.handler(() => ({
      attempts: [
        ['gpu-01.internal', 11434, 'model', 'allowed', 'declared for models'],
        ['registry.ollama.ai', 443, 'model', 'refused', 'the air gap is closed and the host is not declared'],
        ['ldap.internal', 636, 'directory', 'allowed', 'declared for the directory'],
      ].map(([host, port, purpose, decision, rule], index) => ({
        id: `attempt-${index}`,
        at: world.now() - index * 4_200_000 - 90_000,
        host: String(host),
        port: Number(port),
        purpose: String(purpose),
        decision: decision === 'allowed' ? ('allowed' as const) : ('refused' as const),
        rule: String(rule),
        place: null,
        model: null,
      })),
      next: null,
    })),
  };
}

function signOn(world: World) {
  const shown = (settings: ListenerSettings): SignOnListener => ({
    settings,
    baseUrl: `https://${settings.name}:${settings.port}`,
    state: 'open',
    problem: null,
    certificate: {
      kind: 'internal',
      fingerprint: Array.from({ length: 32 }, (_, at) => ((at * 53 + 17) % 256).toString(16).padStart(2, '0'))
        .join(':')
        .toUpperCase(),
      pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      validFrom: world.now() - 86_400_000,
      validTo: world.now() + 396 * 86_400_000,
    },
  });
  let settings: ListenerSettings = { name: 'localhost', address: '127.0.0.1', port: 7443 };
  return {
    listener: installation.signOn.listener.handler(() => shown(settings)),
    setListener: installation.signOn.setListener.handler(({ input }) => {
      settings = input.settings;
      return shown(settings);
    }),
  };
}

/** The answers of `installation.*`, without its models. */
export function installationRouter(world: World) {
  let passwordCost = {
    ...{ memoryKiB: 65_536, passes: 7, ms: 247, targetMs: 250 },
    ...{ machine: 'AMD EPYC 7443P 24-Core Processor, 16 × x64', measuredAt: world.now() - 41 * DAY },
  };
  return {
    passwordCost: {
      read: installation.passwordCost.read.handler(() => passwordCost),
      measure: installation.passwordCost.measure.handler(() => {
        passwordCost = { ...passwordCost, measuredAt: world.now() };
        return passwordCost;
      }),
    },
    status: {
      read: installation.status.read.handler(() => world.status),
      watch: installation.status.watch.handler(async function* ({ signal }) {
        let shown = world.status;
        yield shown;
        while (!signal?.aborted) {
          await wait(300);
          if (world.status === shown) continue;
          shown = world.status;
          yield shown;
        }
      }),
    },
    operators: operators(world),
    plans: { list: installation.plans.list.handler(() => PLANS) },
    tenants: tenants(world),
    network: network(world),
    signOn: signOn(world),
  };
}
