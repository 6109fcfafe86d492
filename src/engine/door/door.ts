import type { AnyContractRouter } from '@orpc/contract';
import { ConsoleError, type ErrorCode, GRANTS, isConsoleError, STEP_UP_MS } from '../../contract';
import type { AuditDraft } from '../mechanism/chain';
import type { Claim, Idempotency } from '../mechanism/idempotency';
import type { RateState } from '../mechanism/limiter';
import type { Session } from '../mechanism/sessions';
import type { Store } from '../mechanism/store';
import { type Clock, type Log, type Page, StoreError, type StoreProblem } from '../ports';
import type { Actor, Authority, Call } from './call';
import { changeOf, contextOf } from './context';
import { parseInput } from './input';
import { beginOnce, type Replays, runOnce } from './once';
import { bindProcedures, type Handlers, type Procedure } from './procedures';
import { createViewLedger } from './views';

/** What a transport hands in with a call. Structured-clone-safe but for the signal. */
export interface CallRequest {
  /** The dotted name of the procedure within its contract. */
  readonly name: string;
  readonly input: unknown;
  readonly credential: string | null;
  readonly source: string;
  /** The page that calls; none where it is no page that a passkey could be used at. */
  readonly page?: Page | null;
  readonly signal: AbortSignal;
  /** Size of the input in bytes as it came. */
  readonly bytes: number;
  /** Whether a program calls, whose requests the plan counts; a window's are not. */
  readonly byProgram?: boolean;
  /** The id of the request for the audit, where the transport gives it one. */
  readonly requestId?: string;
  /** Under which the same request is done once, however often it comes. */
  readonly idempotencyKey?: string | null;
}

/** What comes back: the output, and a credential for the transport where the call issued one. */
export interface CallResult {
  readonly output: unknown;
  readonly credential?: string | null;
  /** What is left to a program of the requests of its plan. */
  readonly rates?: readonly RateState[];
  /** Whether it is what was answered before under the same idempotency key. */
  readonly replayed?: true;
}

/** The steps every call passes: parse → authenticate → count → authorise → run → answer. */
export interface Door {
  /** @throws ConsoleError and nothing else */
  call(request: CallRequest): Promise<CallResult>;
}

interface DoorOptions<Contract extends AnyContractRouter> {
  readonly contract: Contract;
  readonly handlers: Handlers<Contract>;
  readonly authenticate: (credential: string | null) => Promise<Session>;
  /** What a session may do now, asked at every call and for every value of a stream. Without it that is what its role holds. */
  readonly authorityOf?: (session: Pick<Session, 'role' | 'personId'>) => Promise<Authority>;
  /**
   * Counts a request of a program.
   * @throws ConsoleError RATE_LIMITED
   */
  readonly admit?: (actor: Actor) => readonly RateState[];
  readonly idempotency?: Idempotency;
  readonly replays?: Replays;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly newIncident: () => string;
  /** A keyed hash in hexadecimal, for what was changed. */
  readonly keyedHash: (text: string) => string;
  /** Called when the store turns out to be damaged or not to open. */
  readonly onStoreProblem: (problem: StoreError) => void;
}

/** Builds the one door of a contract. No procedure can go round it: it is built from the contract itself. */
export function createDoor<Contract extends AnyContractRouter>(options: DoorOptions<Contract>): Door {
  const { authenticate, store, clock, log, newIncident, keyedHash, onStoreProblem } = options;
  const { authorityOf = ofRole, idempotency, replays = {} } = options;
  const procedures = bindProcedures(options.contract, options.handlers);
  const views = createViewLedger(clock);

  async function identify(procedure: Procedure, request: CallRequest): Promise<Actor | null> {
    if (procedure.meta.permission === 'public' && request.credential === null) return null;
    try {
      const session = await authenticate(request.credential);
      const authority = await authorityOf(session);
      return {
        id: session.personId,
        ...authority,
        sessionId: session.id,
        expiresAt: session.expiresAt,
        provenAgoMs: session.provenAgoMs,
        needs: session.needs,
        scopes: session.scopes,
        keyPrefix: session.keyPrefix,
        ended: session.ended,
      };
    } catch (problem) {
      if (procedure.meta.permission === 'public' && isConsoleError(problem)) return null;
      throw problem;
    }
  }

  function authorise(procedure: Procedure, actor: Actor | null): void {
    if (procedure.meta.permission === 'public') return;
    if (!actor) throw new ConsoleError('NOT_SIGNED_IN');
    if (actor.needs && !procedure.meta.duringSignIn.includes(actor.needs))
      throw new ConsoleError('SIGN_IN_INCOMPLETE');
    if (!actor.permissions.has(procedure.meta.permission)) throw new ConsoleError('NOT_ALLOWED');
    if (actor.scopes && !actor.scopes.includes(procedure.meta.permission))
      throw new ConsoleError('NOT_ALLOWED');
    if (procedure.meta.stepUp && actor.provenAgoMs > STEP_UP_MS) throw new ConsoleError('STEP_UP_REQUIRED');
  }

  async function pass(request: CallRequest): Promise<CallResult> {
    const procedure = procedures.get(request.name);
    if (!procedure) throw new ConsoleError('UNKNOWN_PROCEDURE');
    if (request.bytes > procedure.meta.maxBytes) throw new ConsoleError('TOO_LARGE');
    const input = await parseInput(procedure.input, request.input);
    const actor = await identify(procedure, request);
    const rates = request.byProgram && actor ? options.admit?.(actor) : undefined;
    await authoriseOrRecord(procedure, actor, request);
    const result = await runOrRepeat(procedure, input, actor, request);
    return rates ? { ...result, rates } : result;
  }

  async function runOrRepeat(
    procedure: Procedure,
    input: unknown,
    actor: Actor | null,
    request: CallRequest,
  ): Promise<CallResult> {
    const key = request.idempotencyKey ?? null;
    const once = await beginOnce({ idempotency, replays }, procedure, { input, actor, key });
    if (once.kind === 'do') {
      const { claim } = once;
      const work = () => run(procedure, input, actor, request, claim);
      return claim === null ? work() : runOnce(procedure, claim, replays, work);
    }
    const event = 'request.answered-again';
    await recordView(procedure, { ...draftOf(procedure, actor, request), event }, event);
    const { call } = callOf(procedure, actor, request, null);
    const output = await checkedOutput(procedure, await once.answer(call), actor);
    return { output, replayed: true };
  }

  async function authoriseOrRecord(
    procedure: Procedure,
    actor: Actor | null,
    request: CallRequest,
  ): Promise<void> {
    try {
      authorise(procedure, actor);
    } catch (refusal) {
      if (actor && isConsoleError(refusal)) {
        await recordView(
          procedure,
          { ...draftOf(procedure, actor, request), outcome: 'refused' },
          refusal.code,
        );
      }
      throw refusal;
    }
  }

  function draftOf(procedure: Procedure, actor: Actor | null, request: CallRequest): DoorDraft {
    return {
      at: clock.now(),
      event: procedure.meta.audit.event,
      actor: actor ? `${actor.role}:${actor.id}` : `unknown:${request.source}`,
      target: null,
      outcome: 'done',
      detail: {},
      context: contextOf(actor, procedure.meta.permission, {
        source: request.source,
        request: request.requestId ?? null,
      }),
    };
  }

  async function recordView(procedure: Procedure, draft: DoorDraft, resource: string): Promise<void> {
    const { session, key: apiKey, from } = draft.context;
    const who = `${draft.actor} ${session ?? apiKey ?? from}`;
    const key = `${who} ${procedure.name} ${resource} ${draft.outcome}`;
    if (!views.isNew(key)) return;
    await store.write({ events: [draft] });
    views.recorded(key);
  }

  /** A call as its capability sees it, and what is learned of it meanwhile. */
  function callOf(procedure: Procedure, actor: Actor | null, request: CallRequest, claim: Claim | null) {
    const seen: { drafted: boolean; issued?: { credential: string | null } } = { drafted: false };
    let warrant: Parameters<Call['actUnder']>[0] = {};
    const drafting = () => {
      const draft = draftOf(procedure, actor, request);
      return { ...draft, context: { ...draft.context, ...warrant } };
    };
    const call: Call = {
      procedure: procedure.name,
      actor,
      source: request.source,
      page: request.page ?? null,
      signal: procedure.streams && actor ? AbortSignal.any([request.signal, actor.ended]) : request.signal,
      claim,
      event(parts = {}) {
        seen.drafted = true;
        const draft = drafting();
        return {
          ...draft,
          ...(parts.actor === undefined ? {} : { context: { ...draft.context, as: roleIn(parts.actor) } }),
          ...(parts.change === undefined ? {} : { change: changeOf(parts.change, keyedHash) }),
          event: parts.event ?? draft.event,
          actor: parts.actor ?? draft.actor,
          target: parts.target ?? null,
          outcome: parts.outcome ?? 'done',
          detail: parts.detail ?? {},
        };
      },
      by() {
        // Asked for by whoever writes the event later than the call is answered, or in its own words.
        seen.drafted = true;
        const { actor: doer, context } = drafting();
        return { actor: doer, context };
      },
      actUnder(next) {
        warrant = { ...warrant, ...next };
      },
      issueCredential(credential) {
        seen.issued = { credential };
      },
    };
    return { call, seen };
  }

  async function run(
    procedure: Procedure,
    input: unknown,
    actor: Actor | null,
    request: CallRequest,
    claim: Claim | null,
  ): Promise<CallResult> {
    const { call, seen } = callOf(procedure, actor, request, claim);
    if (procedure.meta.audit.kind === 'view') {
      const target = targetOf(input);
      await recordView(procedure, { ...draftOf(procedure, actor, request), target }, target ?? '');
    }
    const output = await procedure.run(input, call);
    if (procedure.meta.audit.kind === 'change' && !seen.drafted) {
      throw new Error(`${procedure.name} changed something without an event`);
    }
    return { output: await checkedOutput(procedure, output, actor), ...seen.issued };
  }

  /** A stream is checked value by value by the schema itself; a value that does not fit is our mistake. */
  async function checkedOutput(procedure: Procedure, output: unknown, actor: Actor | null): Promise<unknown> {
    const result = await procedure.output['~standard'].validate(output);
    if (!result.issues) return guardStream(procedure, result.value, actor);
    const [first] = result.issues;
    throw new Error(
      `${procedure.name} answered what its contract does not allow: ${first?.path?.join('.')} ${first?.message}`,
    );
  }

  function guardStream(procedure: Procedure, output: unknown, actor: Actor | null): unknown {
    if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output;
    return whileAllowed(procedure, output as AsyncIterable<unknown>, actor);
  }

  /** The credential of a call may be used up while its stream goes on: what counts is the session it opened. */
  async function requireStill(procedure: Procedure, actor: Actor): Promise<void> {
    if (actor.ended.aborted || actor.expiresAt <= clock.now()) throw new ConsoleError('NOT_SIGNED_IN');
    authorise(procedure, { ...actor, ...(await authorityOf({ role: actor.role, personId: actor.id })) });
  }

  /** A stream ends with the session it was opened in, or with the permission for it, and says so. */
  async function* whileAllowed(
    procedure: Procedure,
    stream: AsyncIterable<unknown>,
    actor: Actor | null,
  ): AsyncGenerator<unknown> {
    try {
      for await (const value of stream) {
        if (actor) await requireStill(procedure, actor);
        yield value;
      }
    } catch (problem) {
      throw typed(actor?.ended.aborted ? new ConsoleError('NOT_SIGNED_IN') : problem);
    }
    if (actor?.ended.aborted) throw new ConsoleError('NOT_SIGNED_IN');
  }

  function typed(problem: unknown): ConsoleError {
    if (isConsoleError(problem)) {
      if (problem.cause !== undefined)
        log.warn(`answered ${problem.code}`, { cause: describe(problem.cause) });
      return problem;
    }
    if (problem instanceof StoreError) {
      onStoreProblem(problem);
      const known = knownProblem(problem);
      if (known) {
        log.warn(`answered ${known.code}`, { store: problem.problem });
        return known;
      }
    }
    if (problem instanceof Error && problem.name === 'AbortError')
      return new ConsoleError('CANCELLED', {}, problem);
    const incident = newIncident();
    log.error('a call failed', problem, { incident });
    return new ConsoleError('INTERNAL', { incident }, problem);
  }

  /** What a problem of the store means for the caller, where it is not our mistake. */
  function knownProblem(problem: StoreError): ConsoleError | null {
    if (store.isClosed) return new ConsoleError('HOST_RESTARTING', {}, problem);
    const code = STORE_CODES[problem.problem];
    return code ? new ConsoleError(code, {}, problem) : null;
  }

  return {
    async call(request) {
      try {
        return await pass(request);
      } catch (problem) {
        throw typed(problem);
      }
    },
  };
}

async function ofRole({ role }: Pick<Session, 'role'>): Promise<Authority> {
  return { role, permissions: new Set(GRANTS[role]), customRoles: [] };
}

/** The role of an actor as the chain names them; nobody that is known has none. */
function roleIn(actor: string): string | null {
  const [role = ''] = actor.split(':');
  return role === 'unknown' ? null : role;
}

/** A draft of the door's always says from where it comes. */
type DoorDraft = AuditDraft & Required<Pick<AuditDraft, 'context'>>;

/** A guard or a constraint that did not hold means that somebody else was quicker. */
const STORE_CODES: Readonly<Partial<Record<StoreProblem, ErrorCode>>> = {
  damaged: 'TENANT_QUARANTINED',
  'wrong-key': 'TENANT_QUARANTINED',
  missing: 'TENANT_QUARANTINED',
  full: 'READ_ONLY',
  'read-only': 'READ_ONLY',
  guard: 'CONFLICT',
  constraint: 'CONFLICT',
};

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}

/** The record a view is about, when its input names one. */
function targetOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || !('id' in input)) return null;
  return typeof input.id === 'string' ? input.id : null;
}
