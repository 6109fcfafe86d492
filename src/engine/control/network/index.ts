import {
  ConsoleError,
  type DeclaredHost,
  type installationContract,
  type NetworkPolicy,
} from '../../../contract';
import type { Handlers } from '../../door';
import { readAttempts } from '../../mechanism/ledger';
import { bulkInsert, type Write } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { ControlContext } from '../context';

const INSERT_HOST = bulkInsert('declared_hosts', ['host', 'port', 'purpose', 'note', 'declared_at', 'mac']);
const SETTING = 'air-gap';

/** The air gap and the declared hosts, kept in memory; every runtime asks for them at each connection. */
export interface NetworkRules {
  policy(): NetworkPolicy;
  readonly handlers: Handlers<(typeof installationContract)['network']>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when a rule was edited outside the console */
export async function openNetworkRules(context: ControlContext): Promise<NetworkRules> {
  const { store, seals, census, ports } = context;
  let current = await load();

  async function load(): Promise<NetworkPolicy> {
    const [setting] = await store.read('SELECT * FROM settings WHERE name = ?', [SETTING]);
    const hosts = await store.read('SELECT * FROM declared_hosts ORDER BY host, port');
    return {
      // Closed unless a sealed row says otherwise.
      airGap: setting ? seals.settings.require(setting).value !== 'open' : true,
      hosts: hosts.map((row) => hostFrom(seals.declaredHosts.require(row))),
    };
  }

  return {
    policy: () => current,
    handlers: {
      policy: async () => current,

      async setAirGap({ airGap, reason }, call) {
        const [kept] = await store.read('SELECT revision FROM settings WHERE name = ?', [SETTING]);
        const row = {
          name: SETTING,
          value: airGap ? 'closed' : 'open',
          revision: Number(kept?.revision ?? 0) + 1,
        };
        const write: Write = {
          statements: [
            {
              sql: 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
              params: [row.name, row.value, row.revision, seals.settings.of(row)],
            },
          ],
          events: [
            call.event({
              target: SETTING,
              detail: { airGap, reason },
              change: { before: current.airGap, after: airGap },
            }),
          ],
        };
        await census.write({ settings: kept ? 0 : 1 }, write);
        current = await load();
        return current;
      },

      async declareHost(host, call) {
        if (current.hosts.some((known) => known.host === host.host && known.port === host.port)) {
          throw new ConsoleError('CONFLICT', { reason: 'This host and port are declared already.' });
        }
        const row = { ...host, declared_at: ports.clock.now() };
        const write: Write = {
          rows: [
            {
              into: INSERT_HOST,
              rows: [
                [row.host, row.port, row.purpose, row.note, row.declared_at, seals.declaredHosts.of(row)],
              ],
            },
          ],
          events: [
            call.event({
              target: `${host.host}:${host.port}`,
              detail: { purpose: host.purpose },
              change: { before: null, after: host },
            }),
          ],
        };
        await census.write({ declared_hosts: 1 }, write);
        current = await load();
        return current;
      },

      async withdrawHost({ host, port }, call) {
        const before = current.hosts.find((known) => known.host === host && known.port === port);
        if (!before) throw new ConsoleError('NOT_FOUND');
        const sql = 'DELETE FROM declared_hosts WHERE host = ? AND port = ?';
        const write: Write = {
          statements: [{ sql, params: [host, port], expect: 1 }],
          events: [
            call.event({ target: `${host}:${port}`, change: { before: declaredAs(before), after: null } }),
          ],
        };
        await census.write({ declared_hosts: -1 }, write);
        current = await load();
        return current;
      },

      ledger: (page) => readAttempts(store, page),
    },
  };
}

/** A host as it was declared. */
function declaredAs({ declaredAt: _, ...host }: DeclaredHost): Omit<DeclaredHost, 'declaredAt'> {
  return host;
}

function hostFrom(row: SqlRow): DeclaredHost {
  return {
    host: String(row.host),
    port: Number(row.port),
    purpose: row.purpose as DeclaredHost['purpose'],
    note: String(row.note),
    declaredAt: Number(row.declared_at),
  };
}
