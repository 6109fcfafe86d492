import type { AuditEventView, AuditFilter, AuditState } from '../../../src/contract';
import chain from './audit.json';
import { base, refuse, wait } from './base';

/** A real chain of sixty events with a signed checkpoint and the proof of each, as the engine made them. */
const events = chain.events as unknown as readonly (Omit<AuditEventView, 'actorName' | 'origin'> & {
  path: readonly string[];
})[];

const NAMES: Readonly<Record<string, string>> = {
  'tenant-admin': 'Ingrid Sørlie',
  user: 'Tomasz Wilk',
  operator: 'Maren Holt',
  system: 'Console',
};

const own = (event: Pick<AuditEventView, 'detail'>, name: string) => {
  const value = event.detail[`@${name}`];
  return typeof value === 'string' ? value : null;
};

const viewOf = ({ path: _path, ...event }: (typeof events)[number]): AuditEventView => ({
  ...event,
  detail: Object.fromEntries(Object.entries(event.detail).filter(([name]) => !name.startsWith('@'))),
  origin: {
    from: own(event, 'from'),
    as: own(event, 'as'),
    session: own(event, 'session'),
    key: own(event, 'key'),
    grant: own(event, 'grant'),
    approval: own(event, 'approval'),
    request: own(event, 'request'),
    before: own(event, 'before'),
    after: own(event, 'after'),
  },
  actorName: NAMES[event.actor.split(':')[0] ?? ''] ?? 'Removed person',
});

const state: AuditState = {
  origin: chain.checkpoint.origin,
  events: events.length,
  first: 1,
  checkpoints: 4,
  newest: chain.checkpoint,
  kept: { size: chain.checkpoint.size, at: chain.checkpoint.at },
  publicKey: chain.publicKey,
  keyId: chain.keyId,
};

function find(filter: AuditFilter, limit: number, cursor: string | undefined) {
  const matches = events
    .map(viewOf)
    .reverse()
    .filter((event) => cursor === undefined || event.sequence < Number(cursor))
    .filter(({ event }) => event.includes(filter.event))
    .filter(({ outcome }) => filter.outcome === null || outcome === filter.outcome)
    .filter(({ target }) => (target ?? '').includes(filter.target))
    .filter(({ origin }) => `${origin.from} ${origin.session} ${origin.key}`.includes(filter.source))
    .filter(({ actor, actorName }) =>
      `${actor} ${actorName}`.toLowerCase().includes(filter.actor.toLowerCase()),
    );
  const page = matches.slice(0, limit);
  return { events: page, next: matches.length > limit ? String(page.at(-1)?.sequence) : null };
}

/** What only the installation can be asked. */
export const acceptOlder = base.installation.audit.acceptOlder.handler(() => ({}));

/** How long a chain is kept, and where it is streamed to. */
export function keepingRouter(scope: 'tenant' | 'installation') {
  const audit = base[scope].audit;
  return {
    retention: audit.retention.handler(() => ({
      keepDays: 365,
      segments: [{ from: 1, through: 8_192, prunedAt: chain.checkpoint.at, sizeBytes: 3_412_992 }],
    })),
    setRetention: audit.setRetention.handler(({ input }) => input),
    stream: audit.stream.handler(() => ({ stream: null })),
    setStream: audit.setStream.handler(() => ({})),
    segment: audit.segment.handler(async function* () {
      yield { text: '', events: 8_192, total: 8_192 };
    }),
  };
}

/** The answers of both `audit` parts. */
export function auditRouter(scope: 'installation' | 'tenant') {
  const audit =
    scope === 'tenant' ? base.tenant.audit : (base.installation.audit as unknown as typeof base.tenant.audit);
  return {
    state: audit.state.handler(() => state),
    events: audit.events.handler(({ input: { limit, cursor, ...filter } }) => find(filter, limit, cursor)),
    exportEvents: audit.exportEvents.handler(async function* () {
      yield { text: 'sequence,time\r\n', records: 0 };
    }),
    event: audit.event.handler(({ input }) => {
      const found = events.find(({ sequence }) => sequence === input.sequence);
      if (!found) throw refuse('NOT_FOUND');
      return {
        event: viewOf(found),
        checkpoint: chain.checkpoint,
        path: [...found.path],
        publicKey: chain.publicKey,
      };
    }),
    verify: audit.verify.handler(async function* () {
      for (let checked = 0; checked < events.length; checked += 5) {
        yield { checked, total: events.length, verdict: null };
        await wait(40);
      }
      const verdict = { ok: true, sequence: null, words: 'Every event is as it was signed.', checkpoints: 4 };
      yield { checked: events.length, total: events.length, verdict };
    }),
    export: audit.export.handler(async function* () {
      yield { text: '', events: events.length, total: events.length };
    }),
  };
}
