import {
  ConsoleError,
  installationContract,
  isConsoleError,
  type PreparationProgress,
  type Recovery,
} from '../contract';
import { type Installation, openInstallation, restoreInstallationKey } from './control/openInstallation';
import { readStatus, type StatusFacts, watchStatus } from './control/status';
import {
  type Call,
  type CallRequest,
  type CallResult,
  type Handlers,
  listProcedures,
  parseInput,
} from './door';
import type { EnginePorts, Preparation } from './ports';

/** A call as a transport hands it in. */
export interface EngineRequest extends CallRequest {
  readonly scope: 'installation' | 'tenant';
  /** The tenant's id or domain; decides nothing in the scope `installation`. */
  readonly tenant: string | null;
}

/** The engine as transports see it. */
export interface Engine {
  /** @throws ConsoleError and nothing else */
  call(request: EngineRequest): Promise<CallResult>;
  /** Drains what runs and closes every database. */
  close(): Promise<void>;
}

/** How long an installation that could not be opened is left alone before another try. */
const RETRY_MS = 2_000;

const PROCEDURES = new Map(listProcedures(installationContract));

/**
 * Builds the engine over its ports. It always starts: while the keychain or the catalogue cannot be opened it
 * is sealed, says why, and tries again.
 */
export function createEngine(ports: EnginePorts): Engine {
  const closing = new AbortController();
  let installation: Installation | null = null;
  let opening: Promise<Installation> | null = null;
  let preparation: PreparationProgress | null = null;
  const watchers = new Set<() => void>();
  let problem: ConsoleError | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;

  async function open(): Promise<Installation> {
    if (installation) return installation;
    if (closing.signal.aborted || preparation) throw new ConsoleError('HOST_RESTARTING');
    if (!opening && problem && ports.clock.monotonic() - triedAt < RETRY_MS) throw problem;
    opening ??= tryToOpen().finally(() => {
      opening = null;
    });
    return opening;
  }

  const tellWatchers = () => {
    for (const tell of watchers) tell();
  };

  /** What is half done stays; the installation is opened over it all the same. */
  async function prepare({ title, run }: Preparation): Promise<void> {
    const report = (done: number, total: number) => {
      preparation = { title, done, total };
      tellWatchers();
    };
    report(0, 0);
    try {
      await run(report, closing.signal);
    } catch (cause) {
      if (!closing.signal.aborted) ports.log.error('a preparation failed', cause, { title });
    }
    preparation = null;
    tellWatchers();
  }

  async function tryToOpen(): Promise<Installation> {
    triedAt = ports.clock.monotonic();
    try {
      installation = await openInstallation(ports, closing.signal);
      problem = null;
      return installation;
    } catch (cause) {
      const before = problem?.code;
      problem = isConsoleError(cause) ? cause : new ConsoleError('INTERNAL', {}, cause);
      // Tried again and again while it is sealed: the same reason is said once.
      if (problem.code !== before)
        ports.log.error('the installation could not be opened', cause, { code: problem.code });
      throw problem;
    }
  }

  const facts: StatusFacts = {
    ports,
    opened: () =>
      installation
        ? {
            airGap: installation.airGap(),
            firstRun: installation.isFirstRun(),
            problem: installation.problem(),
          }
        : null,
    sealed: () => problem,
    preparation: () => preparation,
    onChange: (listener) => {
      watchers.add(listener);
      const stop = ports.hosts.onChange(listener);
      return () => {
        watchers.delete(listener);
        stop();
      };
    },
    tryToOpen: async () => {
      await open().catch(() => undefined);
    },
  };

  /** Status is answered also while sealed: it is how a person learns what to do. */
  const status: Handlers<(typeof installationContract)['status']> = {
    async read() {
      return readStatus(facts);
    },
    async watch(_input, call) {
      return watchStatus(facts, AbortSignal.any([call.signal, closing.signal]));
    },
  };

  /** Answered also while sealed: the sheets are what unseals it. */
  async function restore(input: unknown): Promise<object> {
    const { sheets, operator } = input as Recovery;
    await restoreInstallationKey(ports, sheets);
    triedAt = Number.NEGATIVE_INFINITY;
    await (await open()).recovered(operator);
    tellWatchers();
    return {};
  }

  const unsealed: Readonly<Record<string, (input: unknown, call: Call) => Promise<unknown>>> = {
    'status.read': (_input, call) => status.read({}, call),
    'status.watch': (_input, call) => status.watch({}, call),
    'recovery.restore': restore,
  };

  const prepared = ports.preparation && prepare(ports.preparation);

  return {
    async call(request) {
      const answer = request.scope === 'installation' ? unsealed[request.name] : undefined;
      if (answer) return answerWithoutDoor(request, answer);
      const { installation: door, callTenant } = await open();
      return request.scope === 'tenant' ? callTenant(request.tenant, request) : door.call(request);
    },
    async close() {
      closing.abort();
      await prepared;
      await opening?.catch(() => undefined);
      await installation?.close();
    },
  };
}

/** Answers a procedure that is needed before there is a catalogue, with the checks of the door. */
async function answerWithoutDoor(
  request: CallRequest,
  answer: (input: unknown, call: Call) => Promise<unknown>,
): Promise<CallResult> {
  const procedure = PROCEDURES.get(request.name);
  if (!procedure) throw new ConsoleError('UNKNOWN_PROCEDURE');
  const { inputSchema, meta } = procedure['~orpc'];
  if (request.bytes > (meta.maxBytes ?? 0)) throw new ConsoleError('TOO_LARGE');
  const input = inputSchema ? await parseInput(inputSchema, request.input) : {};
  const call: Call = {
    procedure: request.name,
    actor: null,
    source: request.source,
    signal: request.signal,
    event: () => {
      throw new Error('there is no chain yet that this could be written to');
    },
    issueCredential: () => undefined,
  };
  try {
    return { output: await answer(input, call) };
  } catch (problem) {
    throw isConsoleError(problem) ? problem : new ConsoleError('INTERNAL', {}, problem);
  }
}
