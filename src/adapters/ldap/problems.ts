import {
  AuthMethodNotSupportedError,
  ConfidentialityRequiredError,
  InappropriateAuthError,
  InsufficientAccessError,
  InvalidCredentialsError,
  InvalidDNSyntaxError,
  NoSuchObjectError,
  ResultCodeError,
  StrongAuthRequiredError,
  UnavailableError,
  UnwillingToPerformError,
} from 'ldapts';
import { DirectoryError, type DirectoryProblem } from '../../engine/ports';

const PROBLEMS: readonly (readonly [new (message?: string) => Error, DirectoryProblem])[] = [
  [InvalidCredentialsError, 'credentials'],
  [InappropriateAuthError, 'credentials'],
  [NoSuchObjectError, 'no-such-base'],
  [InvalidDNSyntaxError, 'bad-name'],
  [InsufficientAccessError, 'refused'],
  [StrongAuthRequiredError, 'refused'],
  [ConfidentialityRequiredError, 'refused'],
  [AuthMethodNotSupportedError, 'refused'],
  [UnwillingToPerformError, 'refused'],
  [UnavailableError, 'unavailable'],
];

/** What an error of the library, or of the socket below it, means. */
export function toDirectoryError(error: unknown): DirectoryError {
  if (error instanceof DirectoryError) return error;
  const known = PROBLEMS.find(([kind]) => error instanceof kind)?.[1];
  const problem = known ?? (error instanceof ResultCodeError ? 'protocol' : 'unavailable');
  return new DirectoryError(problem, error);
}
