import type { ApiState, TenantHost } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const { api, tenantHosts } = base.installation;

/** The REST API of the sample installation: it opens and closes, and nothing listens. */
export function apiRouter(world: World) {
  let state: ApiState = {
    settings: { enabled: true, webConsole: false, name: 'localhost', address: '127.0.0.1', port: 8_443 },
    baseUrl: 'https://localhost:8443',
    state: 'open',
    problem: null,
    certificate: {
      kind: 'internal',
      fingerprint: Array.from({ length: 32 }, (_, index) =>
        ((index * 73 + 41) % 256).toString(16).padStart(2, '0').toUpperCase(),
      ).join(':'),
      pem: '-----BEGIN CERTIFICATE-----\nsample\n-----END CERTIFICATE-----\n',
      validFrom: world.now() - 20 * 86_400_000,
      validTo: world.now() + 376 * 86_400_000,
    },
  };
  return {
    state: api.state.handler(() => state),
    set: api.set.handler(({ input }) => {
      const { settings } = input;
      state = { ...state, settings, state: settings.enabled || settings.webConsole ? 'open' : 'closed' };
      return state;
    }),
  };
}

/** The host names of the sample installation's tenants: none at first. */
export function tenantHostsRouter(world: World) {
  const hosts: TenantHost[] = [];
  return {
    list: tenantHosts.list.handler(() => hosts),
    set: tenantHosts.set.handler(({ input }) => {
      const host: TenantHost = {
        name: input.name,
        tenant: { id: input.tenantId, name: 'Northgate Insurance' },
        certificate: {
          kind: 'internal',
          fingerprint: '00',
          pem: '',
          validFrom: world.now(),
          validTo: world.now() + 20 * 86_400_000,
        },
        addedAt: world.now(),
      };
      hosts.push(host);
      return host;
    }),
    remove: tenantHosts.remove.handler(({ input }) => {
      hosts.splice(0, hosts.length, ...hosts.filter(({ name }) => name !== input.name));
      return {};
    }),
  };
}
