import {
  type AcceptedOlder,
  ConsoleError,
  installationContract,
  isConsoleError,
  OLDER_WORDS,
  type OperatorSession,
  type PreparationProgress,
  type Recovery,
} from '../contract';
import { installationKeyOf, lendInstallationKey, WHILE_CLOSED } from './control/catalogue';
import { type Installation, openInstallation, openOlderInstallation } from './control/openInstallation';
import { isSealedByOperator, takeSealAway } from './control/sealing';
import { readStatus, type StatusFacts, watchStatus } from './control/status';
import type { TenantFigures } from './control/tenants';
import {
  type Call,
  type CallRequest,
  type CallResult,
  type Handlers,
  listProcedures,
  parseInput,
} from './door';
import { NOWHERE } from './mechanism/chain';
import { claimedEnd, splitCredential } from './mechanism/tokens';
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
  /**
   * Renews what a transport keeps, when its access token is about to end.
   * @returns the same text when nothing is to be done or it cannot be done now, `null` when it is worth nothing any more
   */
  renew(credential: string, source: string): Promise<string | null>;
  /**
   * Gives a client that keeps its tokens itself new ones for its refresh secret, which is good for one use.
   * @returns access token and refresh secret as a credential
   * @throws ConsoleError NOT_SIGNED_IN when it is worth nothing (any more), and nothing else
   */
  refresh(refreshSecret: string, source: string): Promise<string>;
  /**
   * Whose an API key or an access token is, by its MAC or signature and its end alone: no session and no database of a
   * tenant is opened, so that it only says whether more of a request is worth reading.
   * @returns the tenant's id, or `installation`; `null` for whatever this installation has not issued
   * @throws ConsoleError saying why the installation is not open
   */
  recognise(credential: string | null): Promise<string | null>;
  /** Numbers of its tenants; `null` while the installation is not open. */
  figures(): TenantFigures | null;
  /** Drains what runs and closes every database. */
  close(): Promise<void>;
}

/** How long an installation that could not be opened is left alone before another try. */
const RETRY_MS = 2_000;
/** An access token that ends within this time is renewed before the next call. */
const RENEW_BEFORE_MS = 60_000;

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
  let life = new AbortController();
  let isUnsealing = false;
  /** Resolves when what was sealed last is closed. */
  let sealed: Promise<void> = Promise.resolve();

  /** The signal of an installation that is opened now: it ends with the engine, or when it is sealed. */
  function newLife(): AbortSignal {
    life = new AbortController();
    return AbortSignal.any([closing.signal, life.signal]);
  }

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
      if (await isSealedByOperator(ports.files)) throw new ConsoleError('SEALED_BY_OPERATOR');
      installation = await openInstallation(ports, newLife());
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

  /**
   * Answered also while sealed: the sheets are what unseals it. Nobody finds it open before the operator has the new
   * password, and when that is refused it stays sealed, with the sheets still on the screen.
   */
  async function restore(input: unknown): Promise<object> {
    const { sheets, operator } = input as Recovery;
    const key = await installationKeyOf(ports, sheets);
    try {
      const { keystore, keep } = lendInstallationKey(ports.keystore, key);
      while (opening) await opening.catch(() => undefined);
      if (installation) {
        await keep();
        await installation.recovered(operator);
        return {};
      }
      opening = recover({ ...ports, keystore }, async (opened) => {
        await opened.recovered(operator);
        await keep();
      }).finally(() => {
        opening = null;
      });
      await opening;
    } finally {
      key.fill(0);
    }
    tellWatchers();
    return {};
  }

  async function recover(
    lent: EnginePorts,
    finish: (opened: Installation) => Promise<void>,
  ): Promise<Installation> {
    const opened = await openInstallation(lent, newLife());
    try {
      await finish(opened);
    } catch (refusal) {
      life.abort();
      await opened.close();
      throw refusal;
    }
    installation = opened;
    problem = null;
    return opened;
  }

  /** Closes everything that is open, so that no key is left in the engine. */
  async function sealNow(): Promise<void> {
    const opened = installation;
    installation = null;
    problem = new ConsoleError('SEALED_BY_OPERATOR');
    triedAt = ports.clock.monotonic();
    life.abort();
    tellWatchers();
    sealed = opened?.close() ?? Promise.resolve();
    await sealed;
  }

  /** Closes everything for work over the closed catalogue and opens it again, whatever came of that. */
  async function closeFor(work: (ports: EnginePorts) => Promise<void>): Promise<void> {
    const opened = installation;
    installation = null;
    life.abort();
    let failure: unknown = null;
    opening = (async () => {
      await opened?.close();
      try {
        await work(ports);
      } catch (cause) {
        failure = cause;
      }
      return tryToOpen();
    })().finally(() => {
      opening = null;
    });
    tellWatchers();
    await opening;
    tellWatchers();
    if (failure !== null) throw isConsoleError(failure) ? failure : new ConsoleError('INTERNAL', {}, failure);
  }

  /** Opens what was sealed for the time that it takes to look at a password, and leaves it open when it is right. */
  async function unseal(input: unknown, call: Call): Promise<unknown> {
    await sealed;
    if (!(await isSealedByOperator(ports.files)))
      throw new ConsoleError('CONFLICT', { reason: 'The installation is not sealed.' });
    return openBySignIn(openInstallation, input, call, async (opened) => {
      const { source } = call;
      await opened.note({
        event: 'installation.unsealed',
        actor: `unknown:${source}`,
        target: null,
        detail: {},
        context: { ...NOWHERE, from: source },
      });
      await takeSealAway(ports.files);
    });
  }

  /** Opens a catalogue that was put back to an older state when an operator of it says so. */
  async function acceptOlder(input: unknown, call: Call): Promise<unknown> {
    const { reason, confirm, ...credentials } = input as AcceptedOlder;
    if (confirm !== OLDER_WORDS) {
      throw new ConsoleError('CONFIRMATION_MISMATCH', { reason: `Type “${OLDER_WORDS}”.` });
    }
    if (problem?.code !== 'AUDIT_TRUNCATED') {
      throw new ConsoleError('CONFLICT', { reason: 'The catalogue is not an older one than was signed.' });
    }
    return openBySignIn(openOlderInstallation, credentials, call, (opened, output) =>
      opened.accepted(output.operator.id, reason, call.source),
    );
  }

  /**
   * Opens the installation for a sign-in and leaves it open when that holds.
   * @param finish what is then left to do before it counts as open
   */
  async function openBySignIn<Opened extends Installation>(
    openIt: (ports: EnginePorts, closing: AbortSignal) => Promise<Opened>,
    credentials: unknown,
    call: Call,
    finish: (opened: Opened, output: OperatorSession) => Promise<void>,
  ): Promise<unknown> {
    if (isUnsealing) throw new ConsoleError('TOO_BUSY', { retryAfterMs: RETRY_MS });
    isUnsealing = true;
    try {
      const opened = await openIt(ports, newLife());
      try {
        const { source, signal } = call;
        const request = {
          name: 'operators.signIn',
          input: credentials,
          credential: null,
          source,
          signal,
          bytes: 0,
        };
        const { output, credential } = await opened.installation.call(request);
        await finish(opened, output as OperatorSession);
        installation = opened;
        problem = null;
        call.issueCredential(credential ?? null);
        tellWatchers();
        return output;
      } catch (refusal) {
        life.abort();
        await opened.close();
        throw refusal;
      }
    } finally {
      isUnsealing = false;
    }
  }

  const unsealed: Readonly<Record<string, (input: unknown, call: Call) => Promise<unknown>>> = {
    'status.read': (_input, call) => status.read({}, call),
    'status.watch': (_input, call) => status.watch({}, call),
    'recovery.restore': restore,
    'sealing.unseal': unseal,
    'recovery.acceptOlder': acceptOlder,
  };

  const prepared = ports.preparation && prepare(ports.preparation);

  async function answerCall(request: EngineRequest): Promise<CallResult> {
    const answer = request.scope === 'installation' ? unsealed[request.name] : undefined;
    if (answer) return answerWithoutDoor(request, answer);
    const { installation: door, callTenant } = await open();
    if (request.scope === 'tenant') return callTenant(request.tenant, request);
    const result = await door.call(request);
    if (request.name === 'sealing.seal') await sealNow();
    const work = WHILE_CLOSED[request.name];
    if (work) await closeFor(work);
    return result;
  }

  return {
    async call(request) {
      const { observer, clock } = ports;
      if (!observer) return answerCall(request);
      const begun = clock.monotonic();
      try {
        const result = await answerCall(request);
        observer.call(request.scope, null, clock.monotonic() - begun);
        return result;
      } catch (problem) {
        const code = isConsoleError(problem) ? problem.code : 'INTERNAL';
        observer.call(request.scope, code, clock.monotonic() - begun);
        throw problem;
      }
    },
    figures: () => installation?.figures() ?? null,
    async renew(credential, source) {
      const { access, refresh } = splitCredential(credential);
      if (refresh === null || claimedEnd(access) - ports.clock.now() > RENEW_BEFORE_MS) return credential;
      try {
        const opened = await open();
        return await opened.renew(refresh, source);
      } catch (problem) {
        return isConsoleError(problem) && problem.code === 'NOT_SIGNED_IN' ? null : credential;
      }
    },
    async refresh(refreshSecret, source) {
      try {
        const opened = await open();
        return await opened.renew(refreshSecret, source);
      } catch (cause) {
        if (isConsoleError(cause)) throw cause;
        ports.log.error('a session could not be renewed', cause);
        throw new ConsoleError('INTERNAL', {}, cause);
      }
    },
    async recognise(credential) {
      if (credential === null) return null;
      const opened = await open();
      return opened.recognise(credential);
    },
    async close() {
      closing.abort();
      await prepared;
      while (opening) await opening.catch(() => undefined);
      await sealed;
      await installation?.close();
    },
  };
}

function noChain(): never {
  throw new Error('there is no chain yet that this could be written to');
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
  let issued: { credential: string | null } | undefined;
  const call: Call = {
    procedure: request.name,
    actor: null,
    source: request.source,
    page: request.page ?? null,
    signal: request.signal,
    claim: null,
    event: noChain,
    by: noChain,
    actUnder: noChain,
    issueCredential(credential) {
      issued = { credential };
    },
  };
  try {
    const output = await answer(input, call);
    return { output, ...issued };
  } catch (problem) {
    throw isConsoleError(problem) ? problem : new ConsoleError('INTERNAL', {}, problem);
  }
}
