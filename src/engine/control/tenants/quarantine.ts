import type { AuditDraft } from '../../mechanism/chain';
import type { SqlRow, Statement, StoreError } from '../../ports';
import type { ControlContext } from '../context';

const PREFIX = 'quarantine:';

/**
 * The tenants whose database was found to be damaged. They stay shut, also after a restart, until an operator had
 * the database checked and it is sound.
 */
export interface Quarantine {
  /** Since when a tenant is in it, in UTC milliseconds; `null` when it is not. */
  since(id: string): number | null;
  /** Holds at once, and across a restart as soon as the catalogue has taken it. */
  put(id: string, problem: StoreError): void;
  /** Lets a tenant out. */
  release(id: string, event: AuditDraft): Promise<void>;
  /** What the write that deletes a tenant has to take out with it. */
  leaving(id: string): Promise<{ settings: number; statements: readonly Statement[] }>;
  /** Called after that write. */
  forget(id: string): void;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an entry was edited outside the console */
export async function openQuarantine(context: ControlContext): Promise<Quarantine> {
  const { store, seals, census, ports } = context;
  const entries = new Map<string, number>();
  const kept = new Set<string>();
  let writing: Promise<unknown> = Promise.resolve();
  for (const row of await store.read('SELECT * FROM settings WHERE name GLOB ?', [`${PREFIX}*`])) {
    const { name, value } = seals.settings.require(row);
    const id = String(name).slice(PREFIX.length);
    entries.set(id, Number(value));
    kept.add(id);
  }

  async function keep(id: string, since: number, problem: StoreError): Promise<void> {
    const row: SqlRow = { name: PREFIX + id, value: String(since), revision: 1 };
    await census.write(
      { settings: 1 },
      {
        statements: [
          {
            sql: 'INSERT INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
            params: [PREFIX + id, String(since), 1, seals.settings.of(row)],
          },
        ],
        events: [
          {
            at: since,
            event: 'tenant.quarantined',
            actor: 'system:tenants',
            target: id,
            outcome: 'done',
            detail: { problem: problem.problem },
          },
        ],
      },
    );
    kept.add(id);
  }

  async function leaving(id: string) {
    await writing;
    if (!kept.has(id)) return { settings: 0, statements: [] };
    const statement = { sql: 'DELETE FROM settings WHERE name = ?', params: [PREFIX + id], expect: 1 };
    return { settings: -1, statements: [statement] };
  }

  function forget(id: string): void {
    kept.delete(id);
    entries.delete(id);
  }

  return {
    since: (id) => entries.get(id) ?? null,
    put(id, problem) {
      if (entries.has(id)) return;
      const since = ports.clock.now();
      entries.set(id, since);
      writing = writing
        .then(() => keep(id, since, problem))
        .catch((cause: unknown) =>
          ports.log.error('a quarantine could not be kept for the next start', cause, { tenant: id }),
        );
    },
    async release(id, event) {
      const { settings, statements } = await leaving(id);
      await census.write({ settings }, { statements, events: [event] });
      forget(id);
    },
    leaving,
    forget,
  };
}
