import { type ClientLink, createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { installationContract, tenantContract } from '../../contract';
import { type CallContext, Connection } from './connection';
import { stepUp } from './stepUp';

/** The one line of this window to the engine. */
export const connection = new Connection();

/** What a caller may say besides the input. */
export type CallOptions = Pick<CallContext, 'timeoutMs'>;

export type InstallationClient = ContractRouterClient<typeof installationContract, CallOptions>;
export type TenantClient = ContractRouterClient<typeof tenantContract, CallOptions>;

function below(root: 'installation' | 'tenant', tenant?: string): ClientLink<CallOptions> {
  return {
    call: (path, input, options) =>
      stepUp.through(() =>
        connection.call([root, ...path], input, { ...options, context: { ...options.context, tenant } }),
      ),
  };
}

function makeInstallationApi() {
  const client: InstallationClient = createORPCClient(below('installation'));
  return { client, query: createTanstackQueryUtils(client, { path: ['installation'] }) };
}

function makeTenantApi(tenant: string) {
  const client: TenantClient = createORPCClient(below('tenant', tenant));
  return { tenant, client, query: createTanstackQueryUtils(client, { path: ['tenant', tenant] }) };
}

export type TenantApi = ReturnType<typeof makeTenantApi>;

/** What can be asked of the installation: `client` to call, `query` for TanStack Query. */
export const installation = makeInstallationApi();

const tenants = new Map<string, TenantApi>();

/** What can be asked of one tenant, addressed by its id (or by its domain at sign-in). */
export function tenantApi(tenant: string): TenantApi {
  const known = tenants.get(tenant);
  if (known) return known;
  const made = makeTenantApi(tenant);
  tenants.set(tenant, made);
  return made;
}
