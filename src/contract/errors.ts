import { z } from 'zod';

interface ErrorWords {
  /** The HTTP status that the REST transport answers with. */
  readonly status: number;
  /** What happened and what it means, for a person. */
  readonly title: string;
  /** What to do next. */
  readonly next: string;
}

/** The closed set of error codes. Nothing else ever leaves the engine. */
export const ERRORS = {
  UNKNOWN_PROCEDURE: {
    status: 404,
    title: 'This console does not know that request.',
    next: 'Reload the window. If it happens again, the window and the engine are of different versions: reinstall.',
  },
  BAD_INPUT: {
    status: 400,
    title: 'Something in the request is not as it must be.',
    next: 'Correct the fields that are marked and try again.',
  },
  WRONG_HOST: {
    status: 421,
    title: 'The console is not reached under this name.',
    next: 'Use the address that the Installation page names.',
  },
  TOO_LARGE: {
    status: 413,
    title: 'The request is larger than the console accepts.',
    next: 'Send less at once: split the document or shorten the text.',
  },
  NOT_SIGNED_IN: {
    status: 401,
    title: 'You are not signed in, or the session has ended.',
    next: 'Sign in again.',
  },
  SIGN_IN_INCOMPLETE: {
    status: 401,
    title: 'The sign-in is not finished.',
    next: 'Give what it still asks for: a code, a second factor or a new password.',
  },
  STEP_UP_REQUIRED: {
    status: 403,
    title: 'This needs a fresh proof that it is you.',
    next: 'Confirm with your password, then it goes on.',
  },
  WRONG_CREDENTIALS: {
    status: 401,
    title: 'Name and password do not match an account.',
    next: 'Check both. After several failures the wait between tries grows.',
  },
  PASSKEY_REFUSED: {
    status: 401,
    title: 'The passkey or security key was not accepted.',
    next: 'Try again, or sign in another way. After several failures the wait between tries grows.',
  },
  INVITATION_REFUSED: {
    status: 401,
    title: 'There is no open invitation with this domain, address and code.',
    next: 'Compare all three with your sheet. If they are right, the code was used, withdrawn or is over: ask your administrator for a new one.',
  },
  DIRECTORY_UNAVAILABLE: {
    status: 503,
    title: 'The directory of your organisation does not answer as it should.',
    next: 'Try again in a moment. An administrator can find the step that fails under Security, Sign-on.',
  },
  SIGN_ON_REFUSED: {
    status: 401,
    title: 'The sign-in of your organisation did not let you in here.',
    next: 'Begin again. An administrator can find the step that fails under Security, Sign-on.',
  },
  BROWSER_UNAVAILABLE: {
    status: 503,
    title: 'The browser of this system could not be opened.',
    next: 'Choose a browser as the usual one in the settings of the system, then try again.',
  },
  TOO_MANY_TRIES: {
    status: 429,
    title: 'Too many tries in a short time.',
    next: 'Wait for the time that is shown, then try again.',
  },
  NOT_ALLOWED: {
    status: 403,
    title: 'Your role does not allow this.',
    next: 'Ask an administrator to do it or to give you a role that may.',
  },
  APPROVAL_REQUIRED: {
    status: 403,
    title: 'This tenant wants the word of a second person for this.',
    next: 'Ask for it with a reason. When somebody else has given it, do this again.',
  },
  BREAK_GLASS_REQUIRED: {
    status: 403,
    title: 'A tenant’s conversations are read only under a break-glass grant.',
    next: 'Take a grant with a reason and a time limit. The tenant sees it and can end it.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'It does not exist, or you may not see it.',
    next: 'Go back to the list and choose again.',
  },
  CONFLICT: {
    status: 409,
    title: 'Somebody else changed it, or it exists already.',
    next: 'Look at the present state and decide again.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The idempotency key was used for another request before.',
    next: 'Send a new key with a new request, and the same key with the same request only.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    title: 'The first request with this idempotency key is still being worked on.',
    next: 'Wait a moment and send it again: then it is answered with the first answer.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'It was changed since you have read it.',
    next: 'Read it again, look at what is new and decide again.',
  },
  WEAK_PASSWORD: {
    status: 422,
    title: 'The password does not meet the rules.',
    next: 'Choose one that meets the rules that are shown.',
  },
  CONFIRMATION_MISMATCH: {
    status: 422,
    title: 'The name typed to confirm is not the name of the tenant.',
    next: 'Type the name exactly as it is shown.',
  },
  TENANT_SUSPENDED: {
    status: 423,
    title: 'This tenant is suspended.',
    next: 'An operator can resume it from the list of tenants.',
  },
  TENANT_NOT_READY: {
    status: 409,
    title: 'This tenant is being set up or removed.',
    next: 'Wait until the work that is shown has finished.',
  },
  TENANT_QUARANTINED: {
    status: 503,
    title: 'This tenant is quarantined: its database cannot be read as it should be.',
    next: 'Nothing was changed, and other tenants go on. Check its database; what is not sound is restored from a backup or examined.',
  },
  KEY_MISSING: {
    status: 503,
    title: 'The key of this database is not in the keychain.',
    next: 'Restore the key from the recovery kit or the keychain’s backup. No new key is made for an existing database.',
  },
  SEALED_BY_OPERATOR: {
    status: 503,
    title: 'An operator has sealed this installation.',
    next: 'An operator opens it again with their password. Nothing was deleted.',
  },
  KEYSTORE_UNAVAILABLE: {
    status: 503,
    title: 'The keychain of the system cannot be used.',
    next: 'Unlock the keychain (or start its service), then try again. Nothing is opened without it.',
  },
  KEYSTORE_INSECURE: {
    status: 503,
    title: 'The keychain has no password, so its keys lie open on the disk.',
    next: 'Set a password on the login keyring and start the console again.',
  },
  INSTALLATION_TAMPERED: {
    status: 503,
    title: 'A record that decides who may do what was changed outside the console.',
    next: 'Restore the catalogue from a backup and find out who edited the file.',
  },
  AUDIT_BROKEN: {
    status: 503,
    title: 'The audit chain is not the one that this console signed.',
    next: 'Nothing was changed. Find out who edited the file, and restore the newest copy of the database.',
  },
  AUDIT_TRUNCATED: {
    status: 503,
    title: 'The database ends before the newest audit checkpoint that this console signed.',
    next: 'Nothing was changed. Put the newest copy of the database back. If an older one was put in its place on purpose, an operator can accept it.',
  },
  DATABASE_FROM_FUTURE: {
    status: 503,
    title: 'The database was written by a newer version of the console.',
    next: 'Install that version or a later one. Nothing was changed.',
  },
  READ_ONLY: {
    status: 507,
    title: 'The disk is full or read-only, so nothing can be saved.',
    next: 'Free space on the volume. Writing goes on by itself when there is room.',
  },
  RESIDENCY_REFUSED: {
    status: 403,
    title: 'The residency policy of this tenant does not let its data go there.',
    next: 'Choose a model that runs where the policy allows, or have the policy changed.',
  },
  EGRESS_REFUSED: {
    status: 403,
    title: 'The air gap is closed: this console does not connect to that host.',
    next: 'An operator can declare the host with its purpose, or open the air gap.',
  },
  MODEL_UNAVAILABLE: {
    status: 503,
    title: 'No model that this tenant may use answered.',
    next: 'Look at Models: is the server running, is the model installed? Then ask again.',
  },
  MODEL_FAILED: {
    status: 502,
    title: 'The model stopped with an error.',
    next: 'Ask again. If it happens often, choose another model in Settings.',
  },
  MODEL_BUSY: {
    status: 503,
    title: 'The model is asked more than it can answer.',
    next: 'Wait a moment and ask again, or choose another model.',
  },
  MODEL_REFUSED: {
    status: 502,
    title: 'The provider refused the request.',
    next: 'Check the key and the account of the provider under Models.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'The plan’s limit for this period is used up.',
    next: 'Wait for the next period or change the plan.',
  },
  TOO_BUSY: {
    status: 429,
    title: 'More requests are running than the plan allows at once.',
    next: 'Wait a moment and try again.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'More requests came in a short time than are allowed.',
    next: 'Wait for the time that is shown, then go on more slowly.',
  },
  PRICE_UNKNOWN: {
    status: 409,
    title: 'The model is paid and its price is not known, so the call was not made.',
    next: 'Enter the price of the model under Models.',
  },
  DOCUMENT_REFUSED: {
    status: 422,
    title: 'The document cannot be read.',
    next: 'Look at the reason. Save it again without a password or in another format, then add it.',
  },
  FILE_REFUSED: {
    status: 422,
    title: 'The file is not what it must be.',
    next: 'Look at the reason and choose another file.',
  },
  KIT_REFUSED: {
    status: 422,
    title: 'The sheets of the recovery kit do not restore a key.',
    next: 'Look at the reason, compare each sheet with what is printed and enter it again. Nothing was changed.',
  },
  HOST_RESTARTING: {
    status: 503,
    title: 'A part of the console stopped and is being started again.',
    next: 'Wait a few seconds and try again. Nothing that was confirmed is lost.',
  },
  TIMED_OUT: {
    status: 504,
    title: 'It took too long and was given up.',
    next: 'Try again. If it happens often, look at the health of the host.',
  },
  CANCELLED: {
    status: 499,
    title: 'It was stopped.',
    next: 'Start it again when you want.',
  },
  INTERNAL: {
    status: 500,
    title: 'The console made a mistake.',
    next: 'Try again. Tell your support the incident number; the log holds the rest.',
  },
} as const satisfies Record<string, ErrorWords>;

export type ErrorCode = keyof typeof ERRORS;

export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** What travels with an error: no stack, no path, no secret. */
export const ErrorDetail = z.object({
  /** What to do next, for a person. */
  next: z.string(),
  /** One sentence about this very case, when there is more to say than the title. */
  reason: z.string().max(500).optional(),
  /** The fields of the input that were refused: dotted path and why. */
  fields: z.array(z.object({ path: z.string(), problem: z.string() })).optional(),
  /** Milliseconds to wait before another try makes sense. */
  retryAfterMs: z.number().int().nonnegative().optional(),
  /** The limit that was reached: of whom, in which span, how many. */
  limit: z
    .object({
      of: z.enum(['tenant', 'person', 'key']),
      per: z.enum(['minute', 'hour', 'day', 'at-once']),
      most: z.number().int().nonnegative(),
    })
    .optional(),
  /** The number under which the log holds the cause. */
  incident: z.string().optional(),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;

/** An error that a caller may see. The cause stays inside and goes to the log only. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  /**
   * @param code one of the closed set
   * @param detail what this case adds to the words of the code
   * @param cause what went wrong inside; never leaves the engine
   */
  constructor(code: ErrorCode, detail: Partial<ErrorDetail> = {}, cause?: unknown) {
    super(ERRORS[code].title, { cause });
    this.code = code;
    this.detail = { next: ERRORS[code].next, ...detail };
  }
}

/** Whether a value is an error with a code of the closed set. */
export function isConsoleError(value: unknown): value is ConsoleError {
  return value instanceof ConsoleError;
}
