import {
  ConsoleError,
  DEFAULT_IDENTITY_POLICY,
  IdentityPolicy,
  type KeptIdentityPolicy,
} from '../../../contract';
import type { PolicyKeeper } from '../../mechanism/credentials';
import type { Write } from '../../mechanism/store';
import { StoreError } from '../../ports';
import type { ControlContext } from '../context';

const SETTING = 'identity-policy';

/**
 * The installation's policy about signing in, kept in memory.
 * @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console
 */
export async function openOperatorPolicy({
  store,
  seals,
  census,
}: Pick<ControlContext, 'store' | 'seals' | 'census'>): Promise<PolicyKeeper> {
  let current = await load();

  async function load(): Promise<KeptIdentityPolicy> {
    const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [SETTING]);
    if (!row) return { ...DEFAULT_IDENTITY_POLICY, revision: 0 };
    const kept = seals.settings.require(row);
    return { ...IdentityPolicy.parse(JSON.parse(String(kept.value))), revision: Number(kept.revision) };
  }

  return {
    current: () => current,
    async set({ revision, ...policy }, event) {
      const row = { name: SETTING, value: JSON.stringify(policy), revision: revision + 1 };
      const mac = seals.settings.of(row);
      const statement =
        revision === 0
          ? {
              sql: 'INSERT INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
              params: [row.name, row.value, row.revision, mac],
            }
          : {
              sql: 'UPDATE settings SET value = ?, revision = ?, mac = ? WHERE name = ? AND revision = ?',
              params: [row.value, row.revision, mac, row.name, revision],
              expect: 1,
            };
      const write: Write = { statements: [statement], events: [event] };
      try {
        await census.write({ settings: revision === 0 ? 1 : 0 }, write);
      } catch (problem) {
        const isLate =
          problem instanceof StoreError && (problem.problem === 'guard' || problem.problem === 'constraint');
        throw isLate ? new ConsoleError('CONFLICT', {}, problem) : problem;
      }
      current = await load();
      return current;
    },
  };
}
