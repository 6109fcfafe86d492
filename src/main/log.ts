import type { Log } from '../engine/ports';

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one JSON object a line to standard error. */
export function createLog(process: string): Log {
  const write = (level: string, message: string, fields: Fields = {}): void => {
    console.error(JSON.stringify({ time: new Date().toISOString(), process, level, message, ...fields }));
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, cause, fields) => write('error', message, { ...fields, cause: describe(cause) }),
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
