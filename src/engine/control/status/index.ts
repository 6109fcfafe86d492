import { ConsoleError, ERRORS, type InstallationStatus, type PreparationProgress } from '../../../contract';
import type { EnginePorts } from '../../ports';

const CHECK_MS = 3_000;

/** What the status is read from. */
export interface StatusFacts {
  readonly ports: EnginePorts;
  /** `null` while the installation cannot be opened. */
  readonly opened: () => { airGap: boolean; firstRun: Promise<boolean>; problem: ConsoleError | null } | null;
  /** Why it cannot be opened. */
  readonly sealed: () => ConsoleError | null;
  /** How far the work before it is opened has come; `null` when there is none. */
  readonly preparation: () => PreparationProgress | null;
  /** Calls the listener when a host or the preparation changed; answers with how to stop that. */
  readonly onChange: (listener: () => void) => () => void;
  /** Tries to open it where it is not open; resolves also when that fails. */
  readonly tryToOpen: () => Promise<void>;
}

/** The state of the installation as it is now; where it is not open, opening it is tried first. */
export async function readStatus(facts: StatusFacts): Promise<InstallationStatus> {
  const { ports, opened, sealed } = facts;
  // Looked at first: what is over a moment later must not look like an installation that cannot be opened.
  const preparing = facts.preparation();
  await facts.tryToOpen();
  const installation = opened();
  const keystore = await ports.keystore.state();
  const problem = sealed();
  const problems = [
    ...(problem ? [problem] : []),
    ...(installation?.problem ? [installation.problem] : []),
    ...(keystore.state === 'ready' ? [] : [keystoreProblem(keystore.state)]),
  ];
  const shown = [...new Map(problems.map((one) => [one.code, one])).values()];
  return {
    state: preparing ? 'preparing' : await standing(installation),
    preparation: preparing,
    version: ports.version,
    keystore,
    problems: shown.map(({ code, message, detail }) => ({
      code,
      title: detail.reason ?? message,
      next: detail.next,
    })),
    hosts: ports.hosts.read(),
    airGap: installation?.airGap ?? true,
  };
}

async function standing(
  installation: ReturnType<StatusFacts['opened']>,
): Promise<InstallationStatus['state']> {
  if (!installation) return 'sealed';
  return (await installation.firstRun) ? 'first-run' : 'ready';
}

function keystoreProblem(state: 'unavailable' | 'insecure'): ConsoleError {
  const code = state === 'insecure' ? 'KEYSTORE_INSECURE' : 'KEYSTORE_UNAVAILABLE';
  return new ConsoleError(code, { next: ERRORS[code].next });
}

/** The state whenever it changes. While somebody looks at a sealed installation, opening it is tried again. */
export async function* watchStatus(
  facts: StatusFacts,
  signal: AbortSignal,
): AsyncGenerator<InstallationStatus> {
  let shown = '';
  let changed: () => void = () => undefined;
  const stop = facts.onChange(() => changed());
  try {
    while (!signal.aborted) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      const status = await readStatus(facts);
      const text = JSON.stringify(status);
      if (text !== shown) yield status;
      shown = text;
      await Promise.race([change, facts.ports.clock.wait(CHECK_MS, signal).catch(() => undefined)]);
    }
  } finally {
    stop();
  }
}
