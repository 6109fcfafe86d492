import {
  ConsoleError,
  LimitPolicy,
  type LimitUse,
  NO_OWN_LIMITS,
  OwnLimits,
  type Plan,
  type tenantContract,
} from '../../../contract';
import type { Actor, Handlers } from '../../door';
import {
  createConcurrency,
  idOf,
  kindOf,
  type PlaceSubject,
  type RateState,
  type RateSubject,
  type Rates,
  type SpanCounts,
  subjectOf,
  TENANT_SUBJECT,
} from '../../mechanism/limiter';
import type { Statement } from '../../ports';
import type { RuntimeContext } from '../context';

const NOTHING: SpanCounts = { minute: 0, hour: 0, day: 0 };

/** How much the tenant, each of its people and each of its keys may ask for. */
export interface Limits {
  /**
   * Counts a request of a program.
   * @throws ConsoleError RATE_LIMITED naming the limit
   */
  admit(actor: Actor): RateState[];
  /**
   * Takes a place among the queries that run; a person's own window counts as their programs do.
   * @returns gives it back
   * @throws ConsoleError TOO_BUSY naming the limit
   */
  enter(actor: Actor): () => void;
  readonly handlers: Handlers<(typeof tenantContract)['limits']>;
}

/** @param ofKey what a key that is in use has of its own */
export async function openLimits(
  context: RuntimeContext,
  rates: Rates,
  ofKey: (id: string) => OwnLimits,
): Promise<Limits> {
  const { store, names } = context;
  const running = createConcurrency();
  let policy = await load();

  async function load(): Promise<LimitPolicy> {
    const [row] = await store.read('SELECT * FROM limit_policy');
    if (!row) return { version: 0, person: NO_OWN_LIMITS, key: NO_OWN_LIMITS };
    return LimitPolicy.parse({
      version: Number(row.version),
      person: JSON.parse(String(row.person)),
      key: JSON.parse(String(row.api_key)),
    });
  }

  const ofPlan = () => planLimits(context.entitlements().plan);
  const keyLimits = (own: OwnLimits) => narrowed(own, policy.key);

  /** Everybody a call counts for. A limit that is left at the next wider one needs no count of its own. */
  function subjectsOf(actor: Actor): [name: string, limits: OwnLimits][] {
    const subjects: [string, OwnLimits][] = [
      [TENANT_SUBJECT, ofPlan()],
      [subjectOf('person', actor.id), policy.person],
    ];
    if (actor.keyPrefix !== null)
      subjects.push([subjectOf('key', actor.sessionId), keyLimits(ofKey(actor.sessionId))]);
    return subjects;
  }

  async function namesOfKeys(ids: readonly string[]): Promise<Map<string, { name: string; own: OwnLimits }>> {
    const rows = await store.read(
      'SELECT id, name, limits FROM api_keys WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(ids)],
    );
    return new Map(
      rows.map(({ id, name, limits }) => [
        String(id),
        {
          name: String(name),
          own: limits == null ? NO_OWN_LIMITS : OwnLimits.parse(JSON.parse(String(limits))),
        },
      ]),
    );
  }

  async function uses(): Promise<LimitUse[]> {
    const counts = rates.counted();
    const subjects = [...new Set([TENANT_SUBJECT, ...counts.keys(), ...running.names()])];
    const idsOf = (kind: 'person' | 'key') =>
      subjects.flatMap((name) => (kindOf(name) === kind ? [idOf(name) ?? ''] : []));
    const [nameOf, keys] = await Promise.all([names.of(idsOf('person')), namesOfKeys(idsOf('key'))]);
    const all = subjects.map((subject): LimitUse => {
      const of = kindOf(subject);
      const id = idOf(subject);
      const key = of === 'key' ? keys.get(id ?? '') : undefined;
      const most =
        of === 'tenant' ? ofPlan() : of === 'person' ? policy.person : keyLimits(key?.own ?? NO_OWN_LIMITS);
      const { minute, hour, day } = counts.get(subject) ?? NOTHING;
      return {
        of,
        id,
        name:
          of === 'tenant'
            ? context.entitlements().name
            : (key?.name ?? (of === 'key' ? 'Removed key' : nameOf(id ?? ''))),
        minute: { used: minute, most: most.minute },
        hour: { used: hour, most: most.hour },
        day: { used: day, most: most.day },
        atOnce: { used: running.running(subject), most: most.atOnce },
      };
    });
    return all.sort(
      (left, right) =>
        Number(right.of === 'tenant') - Number(left.of === 'tenant') || shareOf(right) - shareOf(left),
    );
  }

  return {
    admit: (actor) => rates.take(subjectsOf(actor).map(([name, limits]): RateSubject => ({ name, limits }))),
    enter: (actor) =>
      running.enter(
        subjectsOf(actor).flatMap(([name, { atOnce }]): PlaceSubject[] =>
          atOnce === null ? [] : [{ name, limit: atOnce }],
        ),
      ),
    handlers: {
      async read() {
        const { name } = context.entitlements().plan;
        return { policy, plan: { name, limits: ofPlan() }, uses: await uses() };
      },
      async update(input, call) {
        const before = policy;
        if (before.version !== input.version) throw new ConsoleError('CONFLICT');
        const next: LimitPolicy = { ...input, version: before.version + 1 };
        await store.write({
          statements: [policyStatement(next)],
          events: [
            call.event({
              detail: { version: next.version },
              change: {
                before: { person: before.person, key: before.key },
                after: { person: next.person, key: next.key },
              },
            }),
          ],
        });
        policy = next;
        return policy;
      },
    },
  };
}

/** An older version never takes the place of a newer one. */
function policyStatement({ version, person, key }: LimitPolicy): Statement {
  return {
    sql: `INSERT INTO limit_policy (id, version, person, api_key) VALUES (1, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET version = excluded.version, person = excluded.person,
            api_key = excluded.api_key WHERE version = excluded.version - 1`,
    params: [version, JSON.stringify(person), JSON.stringify(key)],
    expect: 1,
  };
}

function planLimits(plan: Plan): OwnLimits {
  return {
    minute: plan.requestsPerMinute,
    hour: plan.requestsPerHour,
    day: plan.requestsPerDay,
    atOnce: plan.concurrentRequests,
  };
}

/** The limits of one's own, and where there is none that of the wider circle. */
function narrowed(own: OwnLimits, wider: OwnLimits): OwnLimits {
  return {
    minute: own.minute ?? wider.minute,
    hour: own.hour ?? wider.hour,
    day: own.day ?? wider.day,
    atOnce: own.atOnce ?? wider.atOnce,
  };
}

/** The largest share of a limit that is used. */
function shareOf({ minute, hour, day, atOnce }: LimitUse): number {
  return Math.max(...[minute, hour, day, atOnce].map(({ used, most }) => (most ? used / most : 0)));
}
