import { type AuditRecord, readDetail } from './event';

/** Facility 13 of RFC 5424: log audit. */
const FACILITY = 13;
const SEVERITY = { intent: 6, done: 6, failed: 4, refused: 4 } as const;
const APP_NAME = 'riscura-console';
/** The enterprise number that RFC 5612 sets aside for those who have none. */
const SD_ID = 'riscura@32473';

/**
 * An audit event as a message of RFC 5424, framed for TLS as RFC 5425 has it: its length in bytes, a space, itself. The
 * structured data holds what the chain holds, so that the receiver can put events in order and tell a repeated one.
 * @param host the name of this installation's chain: `tenant:ID`
 */
export function syslogFrame(host: string, { sequence, hash, body }: AuditRecord): string {
  const { at, event, actor, target, outcome, detail } = body;
  const priority = FACILITY * 8 + SEVERITY[outcome];
  const { from, as, session, key, request } = readDetail(detail).origin;
  const known = Object.entries({ from, as, session, key, request }).filter(([, value]) => value !== null);
  const data = {
    ...{ seq: String(sequence), hash, actor, target: target ?? '', outcome },
    ...(Object.fromEntries(known) as Record<string, string>),
  };
  const parameters = Object.entries(data).map(([name, value]) => `${name}="${escaped(value)}"`);
  const head = [
    `<${priority}>1`,
    new Date(at).toISOString(),
    printable(host, 255),
    APP_NAME,
    '-',
    printable(event, 32),
    `[${[SD_ID, ...parameters].join(' ')}]`,
  ].join(' ');
  const message = `${head} \ufeff${event} ${detail}`;
  return `${Buffer.byteLength(message)} ${message}`;
}

/** A PARAM-VALUE: quotes, backslashes and closing brackets are escaped. */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, (character) => `\\${character}`);
}

/** PRINTUSASCII without spaces, as header fields demand. */
function printable(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, most) || '-';
}
