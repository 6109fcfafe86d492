import type { AuditStreamState } from '../../../contract';
import type { Clock, Log, SqlRow } from '../../ports';
import { type AuditDraft, syslogFrame } from '../chain';
import type { EgressBroker } from '../egress';
import type { Store } from '../store';
import { readRecords } from './rows';

/** New events are looked for so often. */
const EVERY_MS = 5_000;
/** So many events go over one connection. */
const AT_ONCE = 500;

interface StreamParts {
  readonly store: Store;
  /** Whose chain: `tenant:ID`. */
  readonly origin: string;
  readonly egress: Pick<EgressBroker, 'connect'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly closing: AbortSignal;
}

export interface SyslogServer {
  readonly host: string;
  readonly port: number;
  /** The house's own authority in PEM. */
  readonly authority: string | null;
}

/** Streams a chain to a syslog server over TLS (RFC 5424, RFC 5425). */
export interface AuditStream {
  state(): Promise<AuditStreamState | null>;
  /** @param draft says so in the chain. @param server `null` ends it. A new server begins with the newest event. */
  set(server: SyslogServer | null, draft: AuditDraft): Promise<void>;
  /** Sends what is new. Resolves when it has arrived, or could not be sent and why is kept. */
  flush(): Promise<void>;
  /** Looks for new events every few seconds, until it is stopped. */
  start(): () => void;
}

/**
 * The place in the chain is kept in the database and moves when the server has closed the connection in order, so that
 * what was under way when either side stopped is sent again: an event arrives once at least, and its number and hash tell a
 * repeated one.
 */
export function createAuditStream({ store, origin, egress, clock, log, closing }: StreamParts): AuditStream {
  let running: Promise<void> | null = null;

  async function row(): Promise<SqlRow | null> {
    const [found] = await store.read('SELECT * FROM audit_stream WHERE id = 1');
    return found ?? null;
  }

  /** The connections of the stream leave events themselves: those alone are no reason to connect again. */
  async function isWorthIt(position: number, through: number, target: string): Promise<boolean> {
    const [found] = await store.read(
      `SELECT 1 FROM audit_events WHERE sequence > ? AND sequence <= ?
         AND NOT (event = 'egress.attempted' AND target = ?) LIMIT 1`,
      [position, through, target],
    );
    return found !== undefined;
  }

  async function send(server: SyslogServer, frames: string): Promise<void> {
    const connection = await egress.connect({
      baseUrl: `https://${server.host}:${server.port}`,
      purpose: 'archive',
      place: { kind: 'this-site', region: null },
      ...(server.authority === null ? {} : { authorities: [server.authority] }),
    });
    try {
      const secured = await connection.secure();
      await secured.deliver(Buffer.from(frames, 'utf8'));
    } finally {
      connection.destroy();
    }
  }

  async function batch(): Promise<boolean> {
    const found = await row();
    if (!found || closing.aborted) return false;
    const server = serverOf(found);
    const position = Number(found.position);
    const through = Math.min(store.auditHead().sequence, position + AT_ONCE);
    const target = `${server.host}:${server.port}`;
    if (through <= position || !(await isWorthIt(position, through, target))) return false;
    let frames = '';
    for await (const records of readRecords((sql, params) => store.read(sql, params), position, through)) {
      for (const record of records) frames += syslogFrame(origin, record);
    }
    await send(server, frames);
    await store.write({
      statements: [
        {
          sql: 'UPDATE audit_stream SET position = ?, sent_at = ?, problem = NULL WHERE position = ? AND host = ?',
          params: [through, clock.now(), position, server.host],
        },
      ],
      events: [],
      housekeeping: true,
    });
    return true;
  }

  async function flushAll(): Promise<void> {
    try {
      while (await batch());
    } catch (problem) {
      if (closing.aborted) return;
      log.warn('audit events were not streamed; they are sent again', { problem: codeOf(problem) });
      await store.write({
        statements: [{ sql: 'UPDATE audit_stream SET problem = ? WHERE id = 1', params: [codeOf(problem)] }],
        events: [],
        housekeeping: true,
      });
    }
  }

  function flush(): Promise<void> {
    running ??= flushAll().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    async state() {
      const found = await row();
      if (!found) return null;
      const { host, port, authority } = serverOf(found);
      return {
        host,
        port,
        authority,
        position: Number(found.position),
        waiting: store.auditHead().sequence - Number(found.position),
        sentAt: found.sent_at === null ? null : Number(found.sent_at),
        problem: found.problem === null ? null : String(found.problem),
      };
    },

    async set(server, draft) {
      const before = await row();
      const same = before?.host === server?.host && before?.port === server?.port;
      const position = same && before ? Number(before.position) : store.auditHead().sequence;
      const statement =
        server === null
          ? { sql: 'DELETE FROM audit_stream', params: [] }
          : {
              sql: 'INSERT OR REPLACE INTO audit_stream (id, host, port, authority, position) VALUES (1, ?, ?, ?, ?)',
              params: [server.host, server.port, server.authority, position],
            };
      await store.write({ statements: [statement], events: [draft] });
    },

    flush,
    start: () =>
      clock.every(EVERY_MS, () => {
        flush().catch((problem: unknown) => log.error('the audit stream stopped', problem));
      }),
  };
}

function serverOf(row: SqlRow): SyslogServer {
  return {
    host: String(row.host),
    port: Number(row.port),
    authority: row.authority === null || row.authority === undefined ? null : String(row.authority),
  };
}

/** A code says what was wrong without a word of anybody's. */
function codeOf(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null || !('code' in problem)) return 'UNKNOWN';
  return String(problem.code);
}
