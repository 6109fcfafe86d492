import { ConsoleError, isConsoleError, type ModelProgress } from '../../../contract';
import type { ControlContext } from '../context';

const KEPT = 100;

interface Job {
  progress: ModelProgress;
  problem: unknown;
  readonly cancel: AbortController;
  wake: (() => void)[];
}

/** Long work on models: pulls and imports, each with its progress and a way to cancel it. */
export interface ModelJobs {
  /** Starts work that reports its progress; it goes on whether or not somebody looks. */
  start(id: string, work: (signal: AbortSignal) => AsyncIterable<ModelProgress>): void;
  /** @throws ConsoleError NOT_FOUND */
  follow(id: string, signal: AbortSignal): AsyncGenerator<ModelProgress>;
  cancel(id: string): boolean;
}

export function createModelJobs({ closing, ports }: ControlContext): ModelJobs {
  const jobs = new Map<string, Job>();

  function notify(job: Job): void {
    const wake = job.wake;
    job.wake = [];
    for (const resolve of wake) resolve();
  }

  async function run(job: Job, work: AsyncIterable<ModelProgress>): Promise<void> {
    try {
      for await (const progress of work) {
        job.progress = progress;
        notify(job);
      }
      job.progress = { ...job.progress, done: true };
    } catch (problem) {
      const cancelled = job.cancel.signal.aborted;
      if (!cancelled && !isConsoleError(problem)) ports.log.error('work on a model failed', problem);
      job.problem = cancelled ? new ConsoleError('CANCELLED') : problem;
    }
    notify(job);
  }

  async function* follow(job: Job, signal: AbortSignal): AsyncGenerator<ModelProgress> {
    let shown: ModelProgress | null = null;
    while (!signal.aborted) {
      if (job.progress !== shown) {
        shown = job.progress;
        yield shown;
        if (shown.done) return;
        continue;
      }
      if (job.problem !== null) throw job.problem;
      await new Promise<void>((resolve) => {
        job.wake.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  return {
    start(id, work) {
      if (jobs.size >= KEPT) jobs.delete(jobs.keys().next().value ?? '');
      const cancel = new AbortController();
      const progress = {
        stage: 'starting',
        completedBytes: null,
        totalBytes: null,
        done: false,
        model: null,
      };
      const job: Job = { progress, problem: null, cancel, wake: [] };
      jobs.set(id, job);
      void run(job, work(AbortSignal.any([cancel.signal, closing])));
    },
    follow(id, signal) {
      const job = jobs.get(id);
      if (!job) throw new ConsoleError('NOT_FOUND');
      return follow(job, signal);
    },
    cancel(id) {
      const job = jobs.get(id);
      if (!job || job.progress.done) return false;
      job.cancel.abort();
      return true;
    },
  };
}
