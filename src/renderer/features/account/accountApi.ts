import { installation, tenantApi } from '../../app/api';
import { type Principal, usePrincipal } from '../../app/session';

/** What can be asked about accounts of the installation: `client` to call, `query` for TanStack Query. */
const ofInstallation = { client: installation.client.account, query: installation.query.account };

/** What can be asked about accounts of a tenant, by its id. */
export function accountsOfTenant(id: string): AccountApi {
  const { client, query } = tenantApi(id);
  return { client: client.account, query: query.account };
}

/** What can be asked about accounts, of a tenant or of the installation. */
export type AccountApi = typeof ofInstallation;

/** What can be asked about accounts where the principal has theirs. */
export function accountOf(principal: Principal): AccountApi {
  return principal.kind === 'operator' ? ofInstallation : accountsOfTenant(principal.session.tenant.id);
}

/** What can be asked about accounts where whoever is signed in has theirs. */
export function useAccountApi(): AccountApi {
  return accountOf(usePrincipal());
}

/** The accounts of the operators. */
export const operatorAccounts: AccountApi = ofInstallation;
