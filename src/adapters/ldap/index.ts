import { Socket } from 'node:net';
import {
  AndFilter,
  Client,
  type Entry,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
} from 'ldapts';
import {
  type DirectoryClient,
  type DirectoryCondition,
  type DirectoryEntry,
  DirectoryError,
  type DirectorySession,
  type GrantedConnection,
} from '../../engine/ports';
import { toDirectoryError } from './problems';
import { agreeOnTls } from './startTls';

export interface LdapOptions {
  /** Milliseconds that one operation may take. Default 10,000. */
  readonly timeoutMs?: number;
  /** Bytes that a directory may send in one conversation. Default 16 MiB. */
  readonly mostBytes?: number;
}

/** The client of LDAP directories over ldapts. It opens no connection of its own. */
export function createLdapClient(options: LdapOptions = {}): DirectoryClient {
  const { timeoutMs = 10_000, mostBytes = 16 * 1024 * 1024 } = options;
  return {
    async open(connection, protection) {
      try {
        if (protection === 'start-tls') await agreeOnTls(socketOf(connection), timeoutMs);
        const own = protection === 'none' ? connection : await connection.secure();
        return converse(socketOf(own), timeoutMs, mostBytes);
      } catch (error) {
        connection.destroy();
        throw error;
      }
    },
  };
}

function socketOf({ socket }: GrantedConnection): Socket {
  if (!(socket instanceof Socket)) throw new TypeError('the connection is not one of this platform');
  return socket;
}

function converse(socket: Socket, timeoutMs: number, mostBytes: number): DirectorySession {
  let received = 0;
  socket.on('data', (data: Buffer) => {
    received += data.length;
    if (received > mostBytes) socket.destroy(new DirectoryError('protocol'));
  });
  // The address is the connection's: the client is given the socket and makes none.
  const client = new Client({
    url: 'ldap://granted.invalid',
    timeout: timeoutMs,
    createConnection: () => {
      if (socket.destroyed) throw new DirectoryError('unavailable');
      return socket;
    },
  });
  return {
    async bind(dn, password) {
      if (dn !== '' && password === '') throw new DirectoryError('credentials');
      try {
        await client.bind(dn, password);
      } catch (error) {
        throw toDirectoryError(error);
      }
    },
    async search({ base, scope, where, attributes, binary = [], limit }) {
      const filter = new AndFilter({ filters: where.map(filterOf) });
      try {
        const { searchEntries } = await client.search(base, {
          scope,
          filter,
          attributes: [...attributes],
          explicitBufferAttributes: [...binary],
          sizeLimit: limit,
          derefAliases: 'never',
        });
        return searchEntries.slice(0, limit).map((entry) => entryFrom(entry, binary));
      } catch (error) {
        throw toDirectoryError(error);
      }
    },
    close: () => socket.destroy(),
  };
}

function filterOf(condition: DirectoryCondition): Filter {
  if ('filter' in condition) return parsed(condition.filter);
  const { attribute } = condition;
  if ('hex' in condition) return new EqualityFilter({ attribute, value: Buffer.from(condition.hex, 'hex') });
  if ('rule' in condition) {
    return new ExtensibleFilter({ matchType: attribute, rule: condition.rule, value: condition.value });
  }
  return new EqualityFilter({ attribute, value: condition.value });
}

function parsed(filter: string): Filter {
  try {
    return FilterParser.parseString(filter);
  } catch (error) {
    throw new DirectoryError('bad-filter', error);
  }
}

function entryFrom({ dn, ...attributes }: Entry, binary: readonly string[]): DirectoryEntry {
  const bytes = new Set(binary.map((name) => name.toLowerCase()));
  const read = Object.entries(attributes).map(([name, values]) => {
    const list: readonly (string | Buffer)[] = Array.isArray(values) ? values : [values];
    const lower = name.toLowerCase();
    return [lower, list.map((value) => textOf(value, bytes.has(lower)))];
  });
  return { dn, attributes: Object.fromEntries(read) };
}

function textOf(value: string | Buffer, isBinary: boolean): string {
  const buffer = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return buffer.toString(isBinary ? 'hex' : 'utf8');
}
