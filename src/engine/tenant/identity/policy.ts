import {
  ConsoleError,
  DEFAULT_IDENTITY_POLICY,
  IdentityPolicy,
  type KeptIdentityPolicy,
} from '../../../contract';
import type { PolicyKeeper } from '../../mechanism/credentials';
import { StoreError } from '../../ports';
import type { RuntimeContext } from '../context';

const NAME = 'identity';

/** The tenant's policy about signing in, kept in memory. */
export async function openIdentityPolicy({
  store,
  clock,
}: Pick<RuntimeContext, 'store' | 'clock'>): Promise<PolicyKeeper> {
  let current = await load();

  async function load(): Promise<KeptIdentityPolicy> {
    const [row] = await store.read('SELECT value, revision FROM policies WHERE name = ?', [NAME]);
    if (!row) return { ...DEFAULT_IDENTITY_POLICY, revision: 0 };
    return { ...IdentityPolicy.parse(JSON.parse(String(row.value))), revision: Number(row.revision) };
  }

  return {
    current: () => current,
    async set({ revision, ...policy }, event) {
      const sql =
        'INSERT INTO policies (name, value, revision, changed_at) SELECT ?, ?, ?, ? WHERE ? = 0 OR EXISTS ' +
        '(SELECT 1 FROM policies WHERE name = ? AND revision = ?) ' +
        'ON CONFLICT (name) DO UPDATE SET value = excluded.value, revision = excluded.revision, ' +
        'changed_at = excluded.changed_at WHERE revision = excluded.revision - 1';
      const params = [NAME, JSON.stringify(policy), revision + 1, clock.now(), revision, NAME, revision];
      try {
        await store.write({ statements: [{ sql, params, expect: 1 }], events: [event] });
      } catch (problem) {
        if (problem instanceof StoreError && problem.problem === 'guard') throw new ConsoleError('CONFLICT');
        throw problem;
      }
      current = await load();
      return current;
    },
  };
}
