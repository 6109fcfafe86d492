import type { LifecycleProgress } from '../../../contract';
import type { Clock } from '../../ports';
import type { Operation } from './journal';

type StepProgress = LifecycleProgress['steps'][number];

const KEPT = 200;

/** What the screen sees of a change in several steps while it goes on, and for a while afterwards. */
export interface ProgressBoard {
  begin(tenantId: string, operation: Operation, steps: readonly { name: string; title: string }[]): void;
  step(tenantId: string, name: string, state: StepProgress['state']): void;
  /** @param share which share of the step is done, 0 to 1 */
  share(tenantId: string, name: string, share: number): void;
  /** @param milliseconds how long writers stood still */
  paused(tenantId: string, milliseconds: number): void;
  end(tenantId: string, outcome: 'done' | 'failed' | 'cancelled', problem: string | null): void;
  /** The progress from now until its end. `null` when there is none. */
  watch(tenantId: string, signal: AbortSignal): AsyncGenerator<LifecycleProgress> | null;
}

export function createProgressBoard(clock: Clock): ProgressBoard {
  const boards = new Map<string, { progress: LifecycleProgress; started: Map<string, number> }>();
  const waiting = new Set<() => void>();

  function notify(): void {
    const wake = [...waiting];
    waiting.clear();
    for (const resolve of wake) resolve();
  }

  function change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async function* follow(tenantId: string, signal: AbortSignal): AsyncGenerator<LifecycleProgress> {
    for (let board = boards.get(tenantId); board && !signal.aborted; board = boards.get(tenantId)) {
      const next = change(signal);
      const shown = structuredClone(board.progress);
      yield shown;
      // What was shown decides, not what became true while it was looked at: the end must be shown too.
      if (shown.outcome !== 'running') return;
      await next;
    }
  }

  return {
    begin(tenantId, operation, steps) {
      if (boards.size >= KEPT) boards.delete(boards.keys().next().value ?? '');
      const waitingSteps = steps.map(({ name, title }) => ({
        name,
        title,
        state: 'waiting' as const,
        milliseconds: null,
        share: null,
      }));
      const progress = {
        tenantId,
        operation,
        steps: waitingSteps,
        outcome: 'running' as const,
        problem: null,
        pauseMs: null,
      };
      boards.set(tenantId, { progress, started: new Map() });
      notify();
    },

    step(tenantId, name, state) {
      const board = boards.get(tenantId);
      const step = board?.progress.steps.find((candidate) => candidate.name === name);
      if (!board || !step) return;
      if (state === 'running') board.started.set(name, clock.monotonic());
      else step.milliseconds = clock.monotonic() - (board.started.get(name) ?? clock.monotonic());
      step.state = state;
      notify();
    },

    share(tenantId, name, share) {
      const step = boards.get(tenantId)?.progress.steps.find((candidate) => candidate.name === name);
      // A hundredth is what a person sees; every page would wake whoever looks.
      const shown = Math.floor(share * 100) / 100;
      if (!step || step.share === shown) return;
      step.share = shown;
      notify();
    },

    paused(tenantId, milliseconds) {
      const board = boards.get(tenantId);
      if (board) board.progress.pauseMs = milliseconds;
    },

    end(tenantId, outcome, problem) {
      const board = boards.get(tenantId);
      if (!board) return;
      Object.assign(board.progress, { outcome, problem });
      notify();
    },

    watch(tenantId, signal) {
      return boards.has(tenantId) ? follow(tenantId, signal) : null;
    },
  };
}
