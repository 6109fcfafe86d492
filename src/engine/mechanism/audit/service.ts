import type {
  AuditEventView,
  AuditEvidence,
  AuditFileFormat,
  AuditFilePiece,
  AuditFilter,
  AuditState,
  AuditVerification,
} from '../../../contract';
import type { Clock } from '../../ports';
import { type AuditDraft, faultWords } from '../chain';
import { readAuditEvents } from '../ledger';
import type { Store } from '../store';
import { exportChain } from './exporting';
import type { AuditTrail } from './trail';
import { verifyLive } from './verify';

/** What can be asked of one audit trail, be it a tenant's or the installation's. */
export interface AuditService {
  state(): Promise<AuditState>;
  events(
    page: AuditFilter & { limit: number; cursor?: string | undefined },
  ): Promise<{ events: AuditEventView[]; next: string | null }>;
  /** @throws ConsoleError NOT_FOUND, AUDIT_BROKEN */
  evidence(sequence: number): Promise<AuditEvidence>;
  /** @param draft says in the chain that it is verified */
  verify(draft: AuditDraft, signal: AbortSignal): Promise<AsyncGenerator<AuditVerification>>;
  /** @param draft says in the chain that it is exported */
  export(
    draft: AuditDraft,
    format: AuditFileFormat,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<AuditFilePiece>>;
}

interface ServiceParts {
  readonly trail: AuditTrail;
  readonly store: Store;
  readonly clock: Clock;
  /** Looks up the names to show; the chain holds ids alone. */
  readonly names: {
    ofActors(actors: readonly string[]): Promise<(actor: string) => string>;
    find(text: string): Promise<string[]>;
  };
  /** Aborts when the store is about to close. */
  readonly closing: AbortSignal;
}

export function createAuditService({ trail, store, clock, names, closing }: ServiceParts): AuditService {
  async function* verifying(signal: AbortSignal): AsyncGenerator<AuditVerification> {
    const chain = trail.live();
    const total = chain.through - (chain.from?.sequence ?? 0);
    yield { checked: 0, total, verdict: null };
    const walk = verifyLive(chain, signal);
    let step = await walk.next();
    let checked = 0;
    for (; !step.done; step = await walk.next()) {
      checked = step.value;
      yield { checked, total, verdict: null };
    }
    const found = step.value;
    const verdict = found.ok
      ? {
          ok: true,
          sequence: null,
          words: 'Every event is as it was signed.',
          checkpoints: found.checkpoints,
        }
      : { ok: false, sequence: found.sequence, words: faultWords(found), checkpoints: found.checkpoints };
    yield { checked: found.ok ? total : checked, total, verdict };
  }

  return {
    state: () => trail.state(),

    async events({ limit, cursor, ...filter }) {
      const actorIds = filter.actor === '' ? [] : await names.find(filter.actor);
      const page = await readAuditEvents(store, { ...filter, actorIds, limit, cursor });
      const nameOf = await names.ofActors(page.events.map(({ actor }) => actor));
      return {
        events: page.events.map((event) => ({ ...event, actorName: nameOf(event.actor) })),
        next: page.next,
      };
    },

    async evidence(sequence) {
      const { record, ...proof } = await trail.evidence(sequence);
      const { body, previousHash, hash } = record;
      const nameOf = await names.ofActors([body.actor]);
      const detail = JSON.parse(body.detail) as AuditEventView['detail'];
      const event = { ...body, sequence, previousHash, hash, detail, actorName: nameOf(body.actor) };
      return { event, ...proof };
    },

    async verify(draft, signal) {
      await store.write({ events: [draft] });
      return verifying(AbortSignal.any([signal, closing]));
    },

    async export(draft, format, signal) {
      await store.write({ events: [draft] });
      const closingCheckpoint = await trail.checkpoint();
      if (!closingCheckpoint) throw new Error('the chain has no event after one was written');
      const { read, publicKey, from } = trail.live();
      const chain = { read, publicKey, from, closing: closingCheckpoint, at: clock.now() };
      return exportChain(format, chain, AbortSignal.any([signal, closing]));
    },
  };
}
