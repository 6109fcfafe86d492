import { ApprovalAct } from '../../../contract';
import type { SqlRow, Statement } from '../../ports';
import type { ControlContext } from '../context';

const PREFIX = 'demands:';

/**
 * For what a tenant demands a second person of the installation. The tenant's own database decides; the catalogue
 * keeps a sealed copy, so that a tenant that is shut cannot be taken for one that demands nothing.
 */
export interface Demands {
  /** Takes note of what a tenant demands, when it has changed. */
  keep(id: string, acts: readonly ApprovalAct[]): Promise<void>;
  of(id: string): readonly ApprovalAct[];
  /** What the write that deletes a tenant has to take out with it. */
  leaving(id: string): { settings: number; statements: readonly Statement[] };
  /** Called after that write. */
  forget(id: string): void;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an entry was edited outside the console */
export async function openDemands(context: ControlContext): Promise<Demands> {
  const { store, seals, census, ports } = context;
  const kept = new Map<string, { acts: ApprovalAct[]; revision: number }>();
  for (const row of await store.read('SELECT * FROM settings WHERE name GLOB ?', [`${PREFIX}*`])) {
    const { name, value, revision } = seals.settings.require(row);
    const acts = ApprovalAct.array().parse(JSON.parse(String(value)));
    kept.set(String(name).slice(PREFIX.length), { acts, revision: Number(revision) });
  }

  return {
    of: (id) => kept.get(id)?.acts ?? [],
    async keep(id, wanted) {
      const acts = [...wanted].sort();
      const before = kept.get(id);
      if ((before?.acts ?? []).join() === acts.join()) return;
      const revision = (before?.revision ?? 0) + 1;
      const row: SqlRow = { name: PREFIX + id, value: JSON.stringify(acts), revision };
      const params = [PREFIX + id, JSON.stringify(acts), revision, seals.settings.of(row)];
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
              event: 'tenant.demands-kept',
              actor: 'system:tenants',
              target: id,
              outcome: 'done',
              detail: { acts: acts.join(' ') },
            },
          ],
        },
      );
      kept.set(id, { acts, revision });
    },
    leaving(id) {
      if (!kept.has(id)) return { settings: 0, statements: [] };
      const statement = { sql: 'DELETE FROM settings WHERE name = ?', params: [PREFIX + id], expect: 1 };
      return { settings: -1, statements: [statement] };
    },
    forget: (id) => {
      kept.delete(id);
    },
  };
}
