import type { AccountAccess, tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import type { Approvals } from '../../mechanism/approvals';
import type { RuntimeContext } from '../context';
import { besidesOf, explain, listActions } from './explain';
import { createAccessPeople } from './people';
import { createRoles } from './roles';

export { type Authorities, createAuthorities, permissionsOf, readPermissions } from './authority';
export { ACCOUNT_BASIS } from './basis';
export { type AccessPeople, AN_ADMINISTRATOR_STAYS, assignStatements, createAccessPeople } from './people';
export { requireHeld } from './roles';

/** Who may do what in the tenant: its custom roles, who has them, and why somebody may do something. */
export function createAccess(
  context: RuntimeContext,
  approvals: Pick<Approvals, 'policy'>,
): Handlers<(typeof tenantContract)['access']> {
  const people = createAccessPeople(context);
  const roles = createRoles(context);

  async function customRolesOf(account: AccountAccess, call: Parameters<typeof roles.roles>[1]) {
    const held = new Set(account.customRoles.map(({ id }) => id));
    return (await roles.roles({}, call)).filter(({ id }) => held.has(id));
  }

  return {
    ...people.handlers,
    ...roles,
    actions: async () => listActions(),
    async explain({ person, action }, call) {
      const account = person === null ? null : await people.require(person);
      return explain(action, {
        account,
        customRoles: account ? await customRolesOf(account, call) : [],
        storeTakesWrites: context.store.health === 'healthy',
        besides: besidesOf(action, (await approvals.policy()).acts),
      });
    },
  };
}
