import type { AuditSegment } from '../../../contract';
import type { Clock, Files, Log } from '../../ports';
import type { Store } from '../store';
import type { InTurn, Vault } from '../vault';
import { type KeepSegment, readSegments } from './prune';
import type { AuditTrail } from './trail';

const FOLDER = 'audit';
const DAY_MS = 86_400_000;
const EVERY_MS = 6 * 3_600_000;

export interface RetentionParts {
  readonly store: Store;
  readonly trail: AuditTrail;
  /** The folder in which segments are kept, sealed. */
  readonly files: Files;
  readonly vault: Vault;
  readonly inFileTurn: InTurn;
  readonly clock: Clock;
  readonly log: Log;
  readonly closing: AbortSignal;
}

/** Prunes old audit events by the policy that is kept beside them. */
export interface AuditRetention {
  keepDays(): Promise<number | null>;
  segments(): Promise<(AuditSegment & { file: string })[]>;
  /** The text of a pruned segment. @throws SealError when its file was changed */
  read(file: string): Promise<string>;
  /** Prunes what the policy wants gone, in the background. */
  runSoon(): void;
  /** Does so now and every few hours, until it is stopped. */
  start(): () => void;
  /** Resolves when nothing is being pruned. */
  idle(): Promise<void>;
}

export function createRetention(parts: RetentionParts): AuditRetention {
  const { store, trail, clock, files, vault, inFileTurn, log, closing } = parts;
  let running: Promise<void> = Promise.resolve();

  const keep: KeepSegment = (text) =>
    inFileTurn(async () => {
      const { name, sealed } = vault.sealFile(Buffer.from(text, 'utf8'));
      await files.makeFolder(FOLDER);
      // The same content has the same name: a segment whose events did not go after all is there already.
      if (!(await files.exists(`${FOLDER}/${name}`))) await files.write(`${FOLDER}/${name}`, sealed);
      return { file: name, sizeBytes: sealed.length };
    });

  async function keepDays(): Promise<number | null> {
    const [row] = await store.read('SELECT keep_days FROM audit_retention');
    return row?.keep_days === null || row?.keep_days === undefined ? null : Number(row.keep_days);
  }

  async function prune(): Promise<void> {
    const days = await keepDays();
    if (days === null) return;
    const draft = {
      at: clock.now(),
      event: 'audit.pruned',
      actor: 'system:retention',
      target: null,
      outcome: 'done' as const,
      detail: {},
    };
    while (!closing.aborted) {
      const through = await trail.prune(clock.now() - days * DAY_MS, keep, draft);
      if (through === null) return;
    }
  }

  function runSoon(): void {
    running = running.then(prune).catch((problem: unknown) => {
      if (!closing.aborted) log.error('old audit events were not pruned', problem);
    });
  }

  return {
    keepDays,
    segments: () => readSegments(store.read.bind(store)),
    read: (file) =>
      inFileTurn(async () =>
        Buffer.from(vault.openFile(file, await files.read(`${FOLDER}/${file}`))).toString('utf8'),
      ),
    runSoon,
    start() {
      runSoon();
      return clock.every(EVERY_MS, runSoon);
    },
    idle: () => running,
  };
}
