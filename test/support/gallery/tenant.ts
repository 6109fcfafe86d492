import { GRANTS } from '../../../src/contract';
import { assistantRouter } from './assistant';
import { base, refuse, tenantOf, wait } from './base';
import { knowledgeRouter } from './knowledge';
import { MODELS } from './models';
import { tenantKeysRouter } from './tenantKeys';
import { overviewOf } from './usage';
import { PASSWORD, type World } from './world';

const tenant = base.tenant;
const TICK_MS = 4000;

function identity(world: World) {
  return {
    signIn: tenant.identity.signIn.handler(async ({ input, context }) => {
      await wait(300);
      const found = tenantOf(world, context);
      if (input.password !== PASSWORD) throw refuse('WRONG_CREDENTIALS');
      const user = {
        id: world.newId(),
        name: 'Ingrid Sørlie',
        email: input.email,
        role: 'tenant-admin' as const,
        state: 'active' as const,
        createdAt: found.createdAt,
        lastSeenAt: world.now(),
      };
      world.session = {
        tenant: found,
        role: 'tenant-admin',
        permissions: [...GRANTS['tenant-admin']],
        user,
        needs: null,
        byBrowser: false,
        vouchedUntil: null,
        idleMinutes: 60,
        expiresAt: world.now() + 3_600_000,
      };
      return world.session;
    }),
    signOnChoices: tenant.identity.signOnChoices.handler(() => [
      { id: '019ac4f0-7b1e-7c21-9d3a-5f2e8c1b4a90', name: 'Staff account' },
    ]),
    signInByBrowser: tenant.identity.signInByBrowser.handler(async () => {
      await wait(60_000);
      throw refuse('SIGN_ON_REFUSED');
    }),
    continueByBrowser: tenant.identity.continueByBrowser.handler(async () => {
      await wait(800);
      if (world.session) world.session = { ...world.session, vouchedUntil: world.now() + 900_000 };
      return {};
    }),
    signOut: tenant.identity.signOut.handler(() => {
      world.session = null;
      return {};
    }),
    current: tenant.identity.current.handler(() => {
      if (!world.session) throw refuse('NOT_SIGNED_IN');
      return world.session;
    }),
    standing: tenant.identity.standing.handler(({ context }) => tenantOf(world, context)),
  };
}

function configuration(world: World) {
  let version = 1;
  let current = {
    model: 'ollama/llama3.1:8b',
    fallbacks: ['embedded/SmolLM2-135M-Instruct'],
    parameters: { temperature: 0.7, maxTokens: 2048, topP: 1, frequencyPenalty: 0, presencePenalty: 0 },
    instructions: 'Answer in British English. Name the document for every figure.',
  };
  return {
    read: tenant.configuration.read.handler(({ context }) => ({
      version,
      ...current,
      residency: tenantOf(world, context).residency,
    })),
    update: tenant.configuration.update.handler(({ input, context }) => {
      if (input.version !== version) throw refuse('CONFLICT');
      version += 1;
      const { parameters, ...rest } = input;
      current = { ...current, ...rest, parameters: { ...current.parameters, ...parameters } };
      return { ...current, version, residency: tenantOf(world, context).residency };
    }),
    models: tenant.configuration.models.handler(({ context }) => {
      const { residency } = tenantOf(world, context);
      return MODELS.filter((model) => model.kind === 'chat').map((model) => {
        const allowed = model.place.kind !== 'cloud' || residency.mode === 'cloud-allowed';
        return {
          model,
          allowed,
          reason: allowed ? null : 'The residency policy keeps this tenant in the building.',
        };
      });
    }),
  };
}

function isolation(world: World) {
  return {
    ledger: tenant.isolation.ledger.handler(() => ({
      attempts: Array.from({ length: 24 }, (_, index) => {
        const refused = index % 9 === 4;
        return {
          id: `attempt-${index}`,
          at: world.now() - index * 1_900_000,
          host: refused ? 'api.openai.com' : 'gpu-01.internal',
          port: refused ? 443 : 11434,
          purpose: 'model',
          decision: refused ? ('refused' as const) : ('allowed' as const),
          rule: refused ? 'the residency policy is local-only' : 'declared for models',
          place: refused
            ? { kind: 'cloud' as const, region: 'eu-de' }
            : { kind: 'this-site' as const, region: null },
          model: refused ? 'openai/gpt-5-mini' : 'ollama/llama3.1:8b',
        };
      }),
      next: null,
    })),
    exportLedger: tenant.isolation.exportLedger.handler(async function* () {
      yield { text: 'id,time\r\n', records: 0 };
    }),
  };
}

/** The answers of `tenant.*`. */
export function tenantRouter(world: World) {
  const eventsOf = (id: string) => world.usage.get(id) ?? [];
  return {
    identity: identity(world),
    users: { list: tenant.users.list.handler(() => (world.session?.user ? [world.session.user] : [])) },
    overview: {
      read: tenant.overview.read.handler(({ input, context }) =>
        overviewOf(eventsOf(tenantOf(world, context).id), input.period, world.now()),
      ),
      watch: tenant.overview.watch.handler(async function* ({ input, context, signal }) {
        const { id } = tenantOf(world, context);
        while (!signal?.aborted) {
          yield overviewOf(eventsOf(id), input.period, world.now());
          await wait(TICK_MS);
        }
      }),
    },
    usage: {
      list: tenant.usage.list.handler(({ input, context }) => {
        const start = Number(input.cursor ?? 0);
        const all = eventsOf(tenantOf(world, context).id)
          .filter((event) => event.at >= input.from && event.at < input.to)
          .filter((event) => !input.outcome || event.outcome === input.outcome)
          .filter((event) => !input.model || event.model === input.model)
          .filter((event) => !input.person || event.personId === input.person)
          .reverse();
        const end = start + input.limit;
        return { events: all.slice(start, end), next: end < all.length ? String(end) : null };
      }),
      groups: tenant.usage.groups.handler(({ input, context }) => {
        const all = eventsOf(tenantOf(world, context).id).filter(
          (event) => event.at >= input.from && event.at < input.to,
        );
        const sums = (events: typeof all) => ({
          queries: events.length,
          tokens: events.reduce((sum, event) => sum + event.inputTokens + event.outputTokens, 0),
        });
        const by = (key: 'model' | 'personId') => [...Map.groupBy(all, (event) => event[key])];
        return {
          models: by('model').map(([model, events]) => ({ model, ...sums(events) })),
          people: by('personId').map(([person, events]) => ({
            person,
            name: events[0]?.userName ?? '',
            ...sums(events),
          })),
        };
      }),
    },
    assistant: assistantRouter(world),
    knowledge: knowledgeRouter(world),
    configuration: configuration(world),
    isolation: isolation(world),
    keys: tenantKeysRouter(world),
  };
}
