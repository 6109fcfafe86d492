import { ConsoleError, InvitationPolicy, type tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import { StoreError } from '../../ports';
import type { RuntimeContext } from '../context';

const NAME = 'invitations';
const DEFAULT_HOURS = 72;
const Kept = InvitationPolicy.omit({ revision: true });

type PolicyHandlers = Pick<Handlers<(typeof tenantContract)['people']>, 'policy' | 'setPolicy'>;

/** How long a code is good. */
export function createInvitationPolicy({ store, clock }: RuntimeContext): {
  read(): Promise<InvitationPolicy>;
  readonly handlers: PolicyHandlers;
} {
  async function read(): Promise<InvitationPolicy> {
    const [row] = await store.read('SELECT value, revision FROM policies WHERE name = ?', [NAME]);
    if (!row) return { hours: DEFAULT_HOURS, revision: 0 };
    return { ...Kept.parse(JSON.parse(String(row.value))), revision: Number(row.revision) };
  }

  return {
    read,
    handlers: {
      policy: () => read(),
      async setPolicy({ hours, revision }, call) {
        const sql =
          'INSERT INTO policies (name, value, revision, changed_at) SELECT ?, ?, ?, ? WHERE ? = 0 OR EXISTS ' +
          '(SELECT 1 FROM policies WHERE name = ? AND revision = ?) ' +
          'ON CONFLICT (name) DO UPDATE SET value = excluded.value, revision = excluded.revision, ' +
          'changed_at = excluded.changed_at WHERE revision = excluded.revision - 1';
        const value = JSON.stringify({ hours });
        const params = [NAME, value, revision + 1, clock.now(), revision, NAME, revision];
        try {
          await store.write({
            statements: [{ sql, params, expect: 1 }],
            events: [
              call.event({
                detail: { hours },
                change: { before: { hours: (await read()).hours }, after: { hours } },
              }),
            ],
          });
        } catch (problem) {
          if (problem instanceof StoreError && problem.problem === 'guard') {
            throw new ConsoleError('CONFLICT', {}, problem);
          }
          throw problem;
        }
        return read();
      },
    },
  };
}
