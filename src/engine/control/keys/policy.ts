import { KeyPolicy } from '../../../contract';
import type { Call } from '../../door';
import type { ControlContext } from '../context';

const SETTING = 'key-policy';
const DEFAULT: KeyPolicy = { rotationDays: 90, automatic: true };

/** When keys are rotated: a sealed setting of the installation. */
export interface KeyPolicies {
  read(): KeyPolicy;
  set(policy: KeyPolicy, call: Call): Promise<KeyPolicy>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console */
export async function openKeyPolicy({ store, seals, census }: ControlContext): Promise<KeyPolicies> {
  let revision = 0;
  let current = DEFAULT;
  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [SETTING]);
  if (row) {
    const kept = seals.settings.require(row);
    current = KeyPolicy.parse(JSON.parse(String(kept.value)));
    revision = Number(kept.revision);
  }
  return {
    read: () => current,
    async set(policy, call) {
      const next = { name: SETTING, value: JSON.stringify(policy), revision: revision + 1 };
      const write = {
        statements: [
          {
            sql: 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
            params: [next.name, next.value, next.revision, seals.settings.of(next)],
          },
        ],
        events: [call.event({ target: SETTING, detail: policy, change: { before: current, after: policy } })],
      };
      await census.write({ settings: revision === 0 ? 1 : 0 }, write);
      current = policy;
      revision = next.revision;
      return current;
    },
  };
}
