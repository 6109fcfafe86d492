import { ERRORS, ErrorCode, isConsoleError } from '../contract';
import { DataFolderRefused } from '../custodian/dataFolder';
import { PassphraseRefused } from '../custodian/passphrase';
import { CommandProblem } from './terminal';

/** What the program ends with; docs/command-line.md has the same table. */
export const EXIT = {
  ok: 0,
  /** What was to be verified does not hold. */
  refuted: 1,
  usage: 2,
  notSignedIn: 3,
  notAllowed: 4,
  notFound: 5,
  conflict: 6,
  busy: 7,
  unreachable: 8,
  closed: 9,
  internal: 10,
  notOffered: 11,
  interrupted: 130,
  /** As the system ends a program that writes to a closed pipe. */
  pipeClosed: 141,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What goes wrong before a console has answered, in the form of the contract's errors. */
const OWN = {
  USAGE: {
    exit: EXIT.usage,
    title: 'The command is not written as it must be.',
    next: 'Add --help to see how it is written.',
  },
  NOT_STARTED: {
    exit: EXIT.usage,
    title: 'It cannot start on this data folder.',
    next: 'Put right what is said above, then try again.',
  },
  UNREACHABLE: {
    exit: EXIT.unreachable,
    title: 'The console cannot be reached.',
    next: 'See that it runs and that the address is right, then try again.',
  },
  NOT_OFFERED: {
    exit: EXIT.notOffered,
    title: 'This version does not offer that yet.',
    next: 'See docs/command-line.md for what it offers.',
  },
  FAILED: {
    exit: EXIT.internal,
    title: 'The console could not finish it.',
    next: 'Look at the reason; the console’s log holds the rest.',
  },
  INTERRUPTED: {
    exit: EXIT.interrupted,
    title: 'It was interrupted.',
    next: 'What the console has confirmed by then is done.',
  },
} as const;
type OwnCode = keyof typeof OWN;

/** An error as RFC 9457 writes it: what the console answered, or what the command line says of its own. */
export interface ShownProblem {
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly next?: string | undefined;
  readonly fields?: readonly { readonly path: string; readonly problem: string }[] | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly incident?: string | undefined;
  readonly instance?: string | undefined;
}

/** What keeps a command from being done. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: ShownProblem;
  readonly exitCode: ExitCode;

  constructor(problem: ShownProblem, exitCode: ExitCode) {
    super(problem.title);
    this.problem = problem;
    this.exitCode = exitCode;
  }
}

/**
 * A failure of the command line's own.
 * @param detail one sentence about this very case, without anything secret
 * @param next what to do, where that is more than the code says
 */
export function failure(code: OwnCode, detail: string, next: string = OWN[code].next): Failure {
  const { title, exit } = OWN[code];
  return new Failure({ type: `urn:riscura:error:${code}`, title, code, detail, next }, exit);
}

/**
 * That there is nothing of this name, as a console says it of what it does not show.
 * @param detail one sentence about this very case
 * @param next where its like is listed
 */
export function notFound(detail: string, next: string): Failure {
  const { title, status } = ERRORS.NOT_FOUND;
  const problem = { type: 'urn:riscura:error:NOT_FOUND', title, code: 'NOT_FOUND', status, detail, next };
  return new Failure(problem, EXIT.notFound);
}

/** Codes whose status would say too little. */
const EXIT_OF_CODE: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  UNKNOWN_PROCEDURE: EXIT.notOffered,
  STEP_UP_REQUIRED: EXIT.notSignedIn,
  TENANT_SUSPENDED: EXIT.closed,
  READ_ONLY: EXIT.closed,
  DIRECTORY_UNAVAILABLE: EXIT.unreachable,
  BROWSER_UNAVAILABLE: EXIT.unreachable,
  MODEL_UNAVAILABLE: EXIT.unreachable,
  MODEL_FAILED: EXIT.unreachable,
  HOST_RESTARTING: EXIT.unreachable,
  TIMED_OUT: EXIT.unreachable,
  CANCELLED: EXIT.interrupted,
};

const EXIT_OF_STATUS: Readonly<Record<number, ExitCode>> = {
  401: EXIT.notSignedIn,
  403: EXIT.notAllowed,
  404: EXIT.notFound,
  405: EXIT.notOffered,
  409: EXIT.conflict,
  412: EXIT.conflict,
  429: EXIT.busy,
  503: EXIT.closed,
};

/** The exit code of a problem that a console answered. */
export function exitCodeOf(code: string, status: number): ExitCode {
  const known = ErrorCode.safeParse(code);
  const own = known.success ? EXIT_OF_CODE[known.data] : undefined;
  if (own !== undefined) return own;
  const fallback = status >= 400 && status < 500 ? EXIT.usage : EXIT.internal;
  return EXIT_OF_STATUS[status] ?? fallback;
}

/** Whatever was thrown, as it is shown. What nobody foresaw stays what it is, and is our mistake. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  if (error instanceof DataFolderRefused || error instanceof PassphraseRefused) {
    return failure('NOT_STARTED', error.message);
  }
  if (error instanceof CommandProblem) return failure('USAGE', error.message);
  if (!isConsoleError(error)) return null;
  const { reason, ...rest } = error.detail;
  const { status } = ERRORS[error.code];
  return new Failure(
    {
      type: `urn:riscura:error:${error.code}`,
      title: error.message,
      code: error.code,
      status,
      ...(reason !== undefined && { detail: reason }),
      ...rest,
    },
    exitCodeOf(error.code, status),
  );
}
