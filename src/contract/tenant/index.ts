import { accountProcedures } from '../account';
import { access } from './access';
import { approvals } from './approvals';
import { assistant } from './assistant';
import { audit } from './audit';
import { billing } from './billing';
import { breakGlass } from './breakGlass';
import { configuration } from './configuration';
import { apiKeys } from './credentials';
import { embeddings } from './embeddings';
import { identity, users } from './identity';
import { isolation } from './isolation';
import { tenantKeys } from './keys';
import { knowledge } from './knowledge';
import { limits } from './limits';
import { overview, usage } from './overview';
import { people } from './people';
import { peopleImport } from './peopleImport';
import { reviews } from './reviews';
import { sso } from './sso';

/** What can be asked of one tenant. None of it names a tenant: the transport addresses it. */
export const tenantContract = {
  identity,
  access,
  approvals,
  breakGlass,
  users,
  people,
  peopleImport,
  account: accountProcedures('user', 'users.manage'),
  apiKeys,
  limits,
  overview,
  usage,
  billing,
  assistant,
  embeddings,
  knowledge,
  configuration,
  isolation,
  keys: tenantKeys,
  audit,
  sso,
  reviews,
};
