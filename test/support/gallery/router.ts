import { accessRouter } from './access';
import { accountRouter } from './account';
import { apiRouter, tenantHostsRouter } from './api';
import { acceptOlder, auditRouter, keepingRouter } from './audit';
import { base, refuse, wait } from './base';
import { installationRouter } from './installation';
import { keysRouter } from './keys';
import { limitsRouter } from './limits';
import { modelsRouter } from './models';
import { peopleRouter } from './people';
import { peopleImportRouter } from './peopleImport';
import { reviewsRouter } from './reviews';
import { ssoRouter } from './sso';
import { tenantRouter } from './tenant';
import type { World } from './world';

/**
 * The contract with believable answers. It is test support and never shipped. What no page of the gallery shows has
 * no answer here, and the transport says that it is not found.
 */
export function makeRouter(world: World) {
  const guarded = base.use(async ({ next, path }) => {
    const name = path.join('.');
    if (world.scenario.delayMs > 0) await wait(world.scenario.delayMs);
    if (world.scenario.failing && name.startsWith(world.scenario.failing)) {
      throw refuse('INTERNAL', { reason: 'The engine could not read the figures.', incident: '7f3a-19c2' });
    }
    return next();
  });
  const answers = {
    installation: {
      ...installationRouter(world),
      api: apiRouter(world),
      tenantHosts: tenantHostsRouter(world),
      account: accountRouter(world),
      models: modelsRouter(world),
      keys: keysRouter(world),
      audit: { ...auditRouter('installation'), ...keepingRouter('installation'), acceptOlder },
    },
    tenant: {
      ...tenantRouter(world),
      ...accessRouter(world),
      audit: { ...auditRouter('tenant'), ...keepingRouter('tenant') },
      people: peopleRouter(world),
      peopleImport: peopleImportRouter(world),
      sso: ssoRouter(world),
      reviews: reviewsRouter(world),
      ...limitsRouter(world),
    },
  };
  return guarded.router(answers as unknown as Parameters<typeof guarded.router>[0]);
}
