import { isConsoleError, type SsoStep } from '../../../contract';
import { DirectoryError, type DirectoryProblem, OidcError, SamlError } from '../../ports';

/** Told of each step of a sign-on that was passed. */
export interface Trace {
  passed(step: SsoStep, words: string): void;
  /** Told of the person's groups, also when none of them gives a role. */
  groups(groups: readonly string[]): void;
}

/** For sign-ons that nobody watches. */
export const untraced: Trace = { passed: () => undefined, groups: () => undefined };

/**
 * A step that a sign-on did not pass. `refused` when the person is not let in, `unavailable` when the provider or
 * its settings do not work. The words are for whoever sets it up, never for whoever signs in.
 */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';

  constructor(
    readonly step: SsoStep,
    readonly kind: 'refused' | 'unavailable',
    readonly words: string,
    cause?: unknown,
  ) {
    super(`sign-on stopped at ${step}`, { cause });
  }
}

const DIRECTORY_WORDS: Readonly<Record<DirectoryProblem, string>> = {
  unavailable: 'The directory did not answer in time, or closed the connection.',
  credentials: 'The directory does not take this name and password.',
  refused: 'The directory refuses this: the rights of the account, or the protection that it demands.',
  'no-such-base': 'The directory does not know the place where the search begins, or does not show it.',
  'bad-name': 'A distinguished name is not well formed.',
  'bad-filter': 'The filter is not well formed (RFC 4515).',
  'no-tls': 'The directory does not agree to StartTLS.',
  protocol: 'What was answered is not what a directory answers.',
};

/** What the codes of the platform mean. */
const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at this port.',
  ECONNRESET: 'The far end closed the connection.',
  ETIMEDOUT: 'No answer came in time; a firewall may be in between.',
  EHOSTUNREACH: 'There is no way to this host.',
  ENETUNREACH: 'There is no way to this network.',
  EAI_AGAIN: 'The name server does not answer.',
  EPROTO: 'The server does not speak TLS at this port.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server does not speak TLS at this port.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The server speaks no version of TLS that is still safe.',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'The server’s certificate is signed by itself. Give that certificate, or the one of your authority, here.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The server’s certificate is signed by an authority that is not given here.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'The server’s certificate is signed by an authority that is not given here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'The server’s certificate is signed by an authority that is not given here.',
  CERT_HAS_EXPIRED: 'The server’s certificate has expired.',
  CERT_NOT_YET_VALID: 'The server’s certificate is not valid yet.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The server’s certificate is for another name than the one in the address.',
};

/** What went wrong at a step, in words. */
export function failureAt(step: SsoStep, error: unknown): StepFailure {
  if (error instanceof StepFailure) return error;
  // Whose proof is not good is not let in, whatever made it bad.
  if (error instanceof OidcError) {
    const kind = error.problem === 'unavailable' ? 'unavailable' : 'refused';
    return new StepFailure(error.step === 'logout' ? step : error.step, kind, error.words, error);
  }
  if (error instanceof SamlError) return new StepFailure(error.step, 'refused', error.words, error);
  return new StepFailure(step, 'unavailable', wordsOf(error), error);
}

function wordsOf(error: unknown): string {
  if (isConsoleError(error)) return error.detail.reason ?? error.message;
  if (error instanceof DirectoryError) return DIRECTORY_WORDS[error.problem];
  const code = codeOf(error);
  return NETWORK_WORDS[code] ?? `It failed with the code ${code}.`;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown';
  return typeof error.code === 'string' && /^[A-Z0-9_]{1,60}$/.test(error.code) ? error.code : 'unknown';
}
