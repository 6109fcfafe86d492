import { installationContract } from './installation';
import { tenantContract } from './tenant';

/** The one language of the renderer, the REST interface and the command line. */
export const contract = { installation: installationContract, tenant: tenantContract };

/** The header with which a transport addresses the tenant of a `tenant.*` call. */
export const TENANT_HEADER = 'x-riscura-tenant';

/** The header with which a tab of a browser says which it is: 16 hexadecimal digits. */
export const TAB_HEADER = 'x-riscura-tab';

export * from './account';
export * from './errors';
export * from './export';
export * from './identityPolicy';
export * from './installation/api';
export * from './installation/keys';
export * from './installation/models';
export * from './installation/network';
export * from './installation/operators';
export * from './installation/passwordCost';
export * from './installation/plans';
export * from './installation/recovery';
export * from './installation/sealing';
export * from './installation/signOn';
export * from './installation/status';
export * from './installation/tenantHosts';
export * from './installation/tenants';
export * from './models';
export * from './passkeys';
export * from './permissions';
export * from './procedure';
export * from './residency';
export * from './statements';
export * from './tenant/access';
export * from './tenant/approvals';
export * from './tenant/assistant';
export * from './tenant/audit';
export * from './tenant/billing';
export * from './tenant/breakGlass';
export * from './tenant/configuration';
export * from './tenant/credentials';
export * from './tenant/embeddings';
export * from './tenant/identity';
export * from './tenant/keys';
export * from './tenant/knowledge';
export * from './tenant/limits';
export * from './tenant/overview';
export * from './tenant/people';
export * from './tenant/peopleImport';
export * from './tenant/reviews';
export * from './tenant/saml';
export * from './tenant/sso';
export * from './url';
export * from './values';
export { installationContract, tenantContract };
