import type { z } from 'zod';
import type { SqlRow, Statement } from '../../ports';
import type { ControlContext } from '../context';

/**
 * A value that each tenant's own database decides and of which the catalogue keeps a sealed copy, so that it is known
 * while the tenant is shut.
 */
export interface KeptValues<Value> {
  /** Takes note of the value of a tenant, when it has changed. @returns whether it has */
  keep(id: string, value: Value): Promise<boolean>;
  of(id: string): Value;
  all(): [id: string, value: Value][];
  /** What the write that deletes a tenant has to take out with it. */
  leaving(id: string): { settings: number; statements: readonly Statement[] };
  /** Called after that write. */
  forget(id: string): void;
}

interface Kind<Value> {
  /** What the names of its rows begin with. */
  readonly prefix: string;
  readonly schema: z.ZodType<Value>;
  /** The value of a tenant that has none yet. */
  readonly none: Value;
  readonly event: string;
  /** What of it the chain of the installation says. */
  readonly detail: (value: Value) => Readonly<Record<string, string | number>>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an entry was edited outside the console */
export async function openKeptValues<Value>(
  context: ControlContext,
  { prefix, schema, none, event, detail }: Kind<Value>,
): Promise<KeptValues<Value>> {
  const { store, seals, census, ports } = context;
  const kept = new Map<string, { value: Value; text: string; revision: number }>();
  for (const row of await store.read('SELECT * FROM settings WHERE name GLOB ?', [`${prefix}*`])) {
    const { name, value, revision } = seals.settings.require(row);
    const text = String(value);
    const parsed = schema.parse(JSON.parse(text));
    kept.set(String(name).slice(prefix.length), { value: parsed, text, revision: Number(revision) });
  }

  return {
    of: (id) => kept.get(id)?.value ?? none,
    all: () => [...kept].map(([id, { value }]) => [id, value]),
    async keep(id, value) {
      const text = JSON.stringify(value);
      const before = kept.get(id);
      if ((before?.text ?? JSON.stringify(none)) === text) return false;
      const revision = (before?.revision ?? 0) + 1;
      const row: SqlRow = { name: prefix + id, value: text, revision };
      const params = [prefix + id, text, revision, seals.settings.of(row)];
      await census.write(
        { settings: before ? 0 : 1 },
        {
          statements: [
            {
              sql: 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
              params,
            },
          ],
          events: [
            {
              at: ports.clock.now(),
              event,
              actor: 'system:tenants',
              target: id,
              outcome: 'done',
              detail: { ...detail(value) },
            },
          ],
        },
      );
      kept.set(id, { value, text, revision });
      return true;
    },
    leaving(id) {
      if (!kept.has(id)) return { settings: 0, statements: [] };
      const statement = { sql: 'DELETE FROM settings WHERE name = ?', params: [prefix + id], expect: 1 };
      return { settings: -1, statements: [statement] };
    },
    forget: (id) => {
      kept.delete(id);
    },
  };
}
