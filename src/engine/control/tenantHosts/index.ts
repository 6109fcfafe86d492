import {
  ConsoleError,
  type installationContract,
  MOST_TENANT_HOSTS,
  type TenantHost,
} from '../../../contract';
import type { Handlers } from '../../door';
import type { ServedHost } from '../../ports';
import type { ControlContext } from '../context';
import { choosePair, describeCertificate, makePair } from '../listeners';
import type { TenantRecords } from '../tenants';
import { openTenantHostsKeep, type StoredHost } from './keep';

export { TENANT_HOSTS_SETTING, tenantHostsSealedAnew } from './keep';

interface TenantHostsOptions {
  readonly context: ControlContext;
  readonly tenants: () => TenantRecords;
  /** The name of the listener itself, which no tenant can have. */
  readonly mainName: () => string;
}

/** The host names under which single tenants are reached. */
export interface TenantHosts {
  readonly handlers: Handlers<(typeof installationContract)['tenantHosts']>;
  /** Which tenant answers under a name; `null` under a name of nobody's. */
  serve(name: string): ServedHost | null;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when they were edited outside the console */
export async function openTenantHosts({
  context,
  tenants,
  mainName,
}: TenantHostsOptions): Promise<TenantHosts> {
  const { clock, ssoListener } = context.ports;
  const { makeCertificate } = ssoListener;
  const keep = await openTenantHostsKeep(context);

  function show(host: StoredHost): TenantHost {
    const { name, tenantId, kind, certificate, addedAt } = host;
    const tenant = { id: tenantId, name: tenants().find(tenantId)?.name ?? null };
    return { name, tenant, certificate: describeCertificate({ kind, certificate }), addedAt };
  }

  function requireFree(name: string, tenantId: string): void {
    const present = keep.find(name);
    const reason =
      name === mainName()
        ? 'This is the name of the console itself.'
        : present && present.tenantId !== tenantId
          ? 'Another tenant has this host name. Take it away there first.'
          : null;
    if (reason !== null) {
      throw new ConsoleError('CONFLICT', { reason, fields: [{ path: 'name', problem: 'is taken' }] });
    }
    if (!present && keep.all().length >= MOST_TENANT_HOSTS) {
      throw new ConsoleError('CONFLICT', { reason: `There are ${MOST_TENANT_HOSTS} host names already.` });
    }
  }

  return {
    serve(name) {
      const host = keep.find(name);
      const tenant = host && tenants().find(host.tenantId);
      if (!host || !tenant) return null;
      const { id, domain } = tenant;
      return {
        tenant: { id, domain, name: tenant.name },
        certificate: host.certificate,
        pair: () => keep.pairOf(host),
      };
    },
    handlers: {
      list: async () => keep.all().map(show),
      async set({ name, tenantId, certificate }, call) {
        const { id } = tenants().require(tenantId);
        requireFree(name, id);
        const now = clock.now();
        const present = keep.find(name);
        const wishes = { present: present && keep.pairOf(present), settings: { name }, now, makeCertificate };
        const pair = (await choosePair(certificate, wishes)) ?? (await makePair(wishes));
        const detail = { name, certificate: certificate.kind };
        const event = call.event({
          target: id,
          detail,
          change: { before: present?.tenantId ?? null, after: id },
        });
        return show(await keep.put({ name, tenantId: id, addedAt: present?.addedAt ?? now }, pair, event));
      },
      async remove({ name }, call) {
        const present = keep.find(name);
        if (!present) throw new ConsoleError('NOT_FOUND');
        const change = { before: present.tenantId, after: null };
        await keep.remove(name, call.event({ target: present.tenantId, detail: { name }, change }));
        return {};
      },
    },
  };
}
