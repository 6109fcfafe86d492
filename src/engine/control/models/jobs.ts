import { ConsoleError, isConsoleError, type ModelJob, type ModelProgress } from '../../../contract';
import type { ControlContext } from '../context';

/** So many jobs that ended are kept, for who still follows them. */
const KEPT = 100;
const STARTING: ModelProgress = {
  stage: 'starting',
  completedBytes: null,
  totalBytes: null,
  done: false,
  model: null,
};

/** What a job is about. */
export type JobFacts = Pick<ModelJob, 'kind' | 'provider' | 'name'>;

interface Job {
  readonly facts: JobFacts;
  readonly startedAt: number;
  state: ModelJob['state'];
  progress: ModelProgress;
  problem: unknown;
  readonly cancel: AbortController;
  wake: (() => void)[];
}

/** Long work on models: pulls and imports, each with its progress and a way to cancel it. */
export interface ModelJobs {
  /** Opens a job whose work cannot begin yet, because its file is being received. */
  open(id: string, facts: JobFacts, progress: ModelProgress): void;
  /** Says how far a job that was opened has come. */
  report(id: string, progress: ModelProgress): void;
  /** Starts the work of a job; it goes on whether or not somebody looks. */
  start(id: string, facts: JobFacts, work: (signal: AbortSignal) => AsyncIterable<ModelProgress>): void;
  /** The jobs that have not ended, oldest first. */
  list(): ModelJob[];
  /** @throws ConsoleError NOT_FOUND */
  follow(id: string, signal: AbortSignal): AsyncGenerator<ModelProgress>;
  /** @returns whether there was something to cancel */
  cancel(id: string): boolean;
}

export function createModelJobs({ closing, ports }: ControlContext): ModelJobs {
  const jobs = new Map<string, Job>();

  function forgetOldest(): void {
    const ended = [...jobs].filter(([, job]) => hasEnded(job));
    for (const [id] of ended.slice(0, Math.max(0, ended.length - KEPT))) jobs.delete(id);
  }

  function add(id: string, facts: JobFacts, progress: ModelProgress): Job {
    forgetOldest();
    const job: Job = {
      facts,
      startedAt: ports.clock.now(),
      state: 'receiving',
      progress,
      problem: null,
      cancel: new AbortController(),
      wake: [],
    };
    jobs.set(id, job);
    return job;
  }

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
    open(id, facts, progress) {
      add(id, facts, progress);
    },
    report(id, progress) {
      const job = jobs.get(id);
      if (!job || hasEnded(job)) return;
      job.progress = progress;
      notify(job);
    },
    start(id, facts, work) {
      const job = jobs.get(id) ?? add(id, facts, STARTING);
      job.state = 'working';
      void run(job, work(AbortSignal.any([job.cancel.signal, closing])));
    },
    list() {
      const running = [...jobs].filter(([, job]) => !hasEnded(job));
      return running.map(([id, { facts, state, startedAt, progress }]) => ({
        id,
        ...facts,
        state,
        startedAt,
        progress,
      }));
    },
    follow(id, signal) {
      const job = jobs.get(id);
      if (!job) throw new ConsoleError('NOT_FOUND');
      return follow(job, signal);
    },
    cancel(id) {
      const job = jobs.get(id);
      if (!job || hasEnded(job)) return false;
      job.cancel.abort();
      if (job.state === 'receiving') {
        job.problem = new ConsoleError('CANCELLED');
        notify(job);
      }
      return true;
    },
  };
}

function hasEnded(job: Job): boolean {
  return job.progress.done || job.problem !== null;
}
