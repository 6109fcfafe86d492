import { ConsoleError } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import { StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { readAccounts } from './accounts';
import { readReviewPolicy } from './policy';
import { reviewRows, SYSTEM } from './records';

const DAY_MS = 86_400_000;
/** How often the console looks whether a review is due. The wall clock decides, not how long it has been running. */
const EVERY_MS = 3_600_000;

/** Opens reviews: by hand, and when it is time. */
export interface Opening {
  /**
   * Writes down what every account has now.
   * @param event takes the id of the review and how many accounts it is about
   * @returns the id of the review
   * @throws ConsoleError CONFLICT when one is open already
   */
  open(openedBy: string, event: (id: string, accounts: number) => AuditDraft): Promise<string>;
  /** When the next one is opened by itself; `null` while one is open. */
  nextAt(): Promise<number | null>;
  /** Opens what is due, now and every hour, until it is stopped. */
  start(): () => void;
  /** Opens what is due, in the background. */
  runSoon(): void;
  /** Resolves when nothing is being opened. */
  idle(): Promise<void>;
}

export function createOpening(context: RuntimeContext): Opening {
  const { store, clock, newId, log, closing } = context;
  let running: Promise<void> = Promise.resolve();

  async function open(openedBy: string, event: (id: string, accounts: number) => AuditDraft) {
    const openedAt = clock.now();
    const { dueDays } = await readReviewPolicy(context);
    const id = newId();
    const accounts = await readAccounts(store, openedAt);
    const review = { id, openedAt, openedBy, dueAt: openedAt + dueDays * DAY_MS };
    try {
      await store.write({ rows: reviewRows(review, accounts), events: [event(id, accounts.length)] });
    } catch (problem) {
      if (!(problem instanceof StoreError && problem.problem === 'constraint')) throw problem;
      throw new ConsoleError('CONFLICT', { reason: 'A review is open already: finish that one.' }, problem);
    }
    return id;
  }

  async function nextAt(): Promise<number | null> {
    const { intervalDays } = await readReviewPolicy(context);
    const [row] = await store.read(
      `SELECT (SELECT count(*) FROM access_reviews WHERE signed_at IS NULL) AS open,
         ifnull((SELECT max(opened_at) FROM access_reviews), (SELECT min(created_at) FROM users)) AS since`,
    );
    if (!row || row.since === null || Number(row.open) > 0) return null;
    return Number(row.since) + intervalDays * DAY_MS;
  }

  async function openWhatIsDue(): Promise<void> {
    const at = await nextAt();
    if (at === null || at > clock.now() || closing.aborted) return;
    await open(SYSTEM, (id, accounts) => ({
      at: clock.now(),
      event: 'access-review.opened',
      actor: SYSTEM,
      target: id,
      outcome: 'done',
      detail: { accounts, wasDueAt: at },
    }));
  }

  function runSoon(): void {
    running = running.then(openWhatIsDue).catch((problem: unknown) => {
      if (!closing.aborted) log.error('an access review that is due was not opened', problem);
    });
  }

  return {
    open,
    nextAt,
    runSoon,
    start() {
      runSoon();
      return clock.every(EVERY_MS, runSoon);
    },
    idle: () => running,
  };
}
