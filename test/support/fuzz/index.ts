import fc from 'fast-check';
import { fire } from './salvo';
import { type Shot, salvo } from './shots';
import { type FuzzWorld, startWorld, WornOut } from './world';

export { NAMES } from './shots';

/** A world grows with what is done in it; after so many messages another takes its place. */
const MESSAGES_A_WORLD = 3_000;

/** Salvos are drawn so many at a time, each block from a seed of its own. */
const BLOCK = 200;

/** What came of a run. */
export interface FuzzReport {
  readonly seed: number;
  readonly cases: number;
  readonly worlds: number;
  /** How often each procedure was answered in which way. */
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What is not as it must be; empty when all is well. */
  readonly complaints: readonly string[];
}

export interface FuzzOptions {
  /** How many messages, about: whole salvos are sent. */
  readonly cases: number;
  /** Draws the same messages again. What happens at the same time may still come in another order. */
  readonly seed: number;
  /** How many complaints end the run. */
  readonly mostComplaints: number;
  readonly onProgress?: (cases: number, complaints: readonly string[]) => void;
}

/**
 * Sends an engine messages that the contract admits, that it almost admits, and that nobody would send who means well,
 * over the protocol of the windows, from callers of every role. Looks at every answer, at the log, and in the end at
 * databases and audit chains.
 */
export async function fuzz({ cases, seed, mostComplaints, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const outcomes = new Map<string, Map<string, number>>();
  const complaints: string[] = [];
  let sent = 0;
  let worlds = 0;
  let world: FuzzWorld | null = null;
  let sentHere = 0;

  const onStray = (reason: unknown) => {
    complaints.push(
      `a promise that nobody waited for failed: ${reason instanceof Error ? reason.stack : reason}`,
    );
  };
  process.on('unhandledRejection', onStray);

  async function endWorld(): Promise<void> {
    if (world) complaints.push(...(await world.end()));
    world = null;
    sentHere = 0;
  }

  async function send(shots: readonly Shot[]): Promise<void> {
    if (sentHere >= MESSAGES_A_WORLD) await endWorld();
    if (!world) {
      world = await startWorld();
      worlds += 1;
    }
    const report = await fire(world, shots);
    complaints.push(...report.complaints);
    sent += shots.length;
    sentHere += shots.length;
    for (const { name, outcome } of report.outcomes) count(outcomes, name, outcome);
  }

  try {
    for (const shots of salvos(seed)) {
      if (sent >= cases || complaints.length >= mostComplaints) break;
      try {
        await send(shots);
      } catch (problem) {
        if (!(problem instanceof WornOut)) throw problem;
        await endWorld();
      }
      onProgress?.(sent, complaints);
    }
    await endWorld();
  } finally {
    process.off('unhandledRejection', onStray);
  }
  return { seed, cases: sent, worlds, outcomes, complaints };
}

/** Salvos without end; the same ones for the same seed. */
function* salvos(seed: number): Generator<readonly Shot[]> {
  for (let block = 0; ; block += 1) yield* fc.sample(salvo, { seed: seed + block, numRuns: BLOCK });
}

function count(outcomes: Map<string, Map<string, number>>, name: string, outcome: string): void {
  const of = outcomes.get(name) ?? new Map<string, number>();
  of.set(outcome, (of.get(outcome) ?? 0) + 1);
  outcomes.set(name, of);
}
