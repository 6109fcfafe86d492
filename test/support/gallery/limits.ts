import { type ApiKey, type LimitPolicy, NO_OWN_LIMITS } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const { limits, apiKeys } = base.tenant;
const DAY = 86_400_000;

/** Keys of the sample tenant with what they may ask for, and how much of it is used. */
export function limitsRouter(world: World) {
  const night = { ...NO_OWN_LIMITS, minute: 30, atOnce: 2 };
  let policy: LimitPolicy = { version: 3, person: { ...NO_OWN_LIMITS, hour: 1_000 }, key: NO_OWN_LIMITS };
  const plan = { name: 'Professional', limits: { minute: 500, hour: 5_000, day: 50_000, atOnce: 50 } };
  const key = (name: string, prefix: string, own: ApiKey['limits']): ApiKey => ({
    id: world.newId(),
    name,
    prefix,
    owner: { id: world.newId(), kind: 'service', name: 'Reports' },
    scopes: ['ai.query', 'analytics.view'],
    limits: own,
    createdAt: world.now() - 40 * DAY,
    expiresAt: world.now() + 50 * DAY,
    lastUsedAt: world.now() - 90_000,
    revokedAt: null,
    revokeReason: null,
  });
  let keys = [
    key('Nightly report', 'rsk_AZqk3TbW0e', night),
    key('Claims portal', 'rsk_AZqk9VdX2c', NO_OWN_LIMITS),
  ];
  const used = (count: number, most: number | null) => ({ used: count, most });
  return {
    limits: {
      read: limits.read.handler(() => ({
        policy,
        plan,
        uses: [
          {
            of: 'tenant' as const,
            id: null,
            name: 'Northgate Insurance',
            minute: used(212, 500),
            hour: used(3_180, 5_000),
            day: used(18_402, 50_000),
            atOnce: used(9, 50),
          },
          {
            of: 'key' as const,
            id: keys[0]?.id ?? null,
            name: 'Nightly report',
            minute: used(28, 30),
            hour: used(640, null),
            day: used(2_210, null),
            atOnce: used(2, 2),
          },
          {
            of: 'person' as const,
            id: world.newId(),
            name: 'Reports',
            minute: used(0, null),
            hour: used(731, policy.person.hour),
            day: used(0, null),
            atOnce: used(2, null),
          },
        ],
      })),
      update: limits.update.handler(({ input }) => {
        policy = { ...input, version: input.version + 1 };
        return policy;
      }),
    },
    apiKeys: {
      listAll: apiKeys.listAll.handler(() => keys),
      services: apiKeys.services.handler(() => []),
      setLimits: apiKeys.setLimits.handler(({ input }) => {
        keys = keys.map((each) => (each.id === input.id ? { ...each, limits: input.limits } : each));
        const found = keys.find(({ id }) => id === input.id);
        if (!found) throw new Error('the gallery has no such key');
        return found;
      }),
    },
  };
}
