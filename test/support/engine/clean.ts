import { ErrorCode, ErrorDetail } from '../../../src/contract';

/** What no error may carry: stacks, paths, SQL, names of libraries. */
const INNARDS =
  /\bat .+:\d+:\d+|node_modules|file:\/\/|(?:^|[\s"'(])\/(?:tmp|work|root|home|usr|var)\/|\.ts\b|\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA)\s|SQLITE|sqlcipher|better-sqlite3|ENOENT|EACCES|TypeError|RangeError/;

/**
 * Complains about an error that leaves the engine unless it is of the closed set and clean.
 * @param secrets texts that must not stand in it
 */
export function complaintsAbout(problem: unknown, secrets: readonly string[] = []): string[] {
  if (typeof problem !== 'object' || problem === null) return [`not an error: ${String(problem)}`];
  const { code, message, detail, data } = problem as Record<string, unknown>;
  const complaints: string[] = [];
  if (!ErrorCode.safeParse(code).success)
    complaints.push(`code outside the set: ${String(code)}: ${String(message)}`);
  const shown = ErrorDetail.strict().safeParse(detail ?? data);
  if (!shown.success) complaints.push(`detail of another form: ${JSON.stringify(detail ?? data)}`);
  const text = `${String(message)} ${JSON.stringify(detail ?? data)}`;
  if (INNARDS.test(text)) complaints.push(`innards: ${text}`);
  for (const secret of secrets)
    if (secret !== '' && text.includes(secret)) complaints.push('a secret stands in it');
  return complaints;
}
