import type { TokenKey } from '../../../src/contract';
import type { base } from './base';

const DAY = 86_400_000;

/** The keys of tokens, which roll. */
export function tokenKeysRouter(
  procedures: Pick<typeof base.tenant.keys, 'tokenKeys' | 'rollTokenKey'>,
  now: () => number,
) {
  let rolls = 3;
  const kidOf = (index: number) => `${(0x3dba97ed + index * 0x1f2e3d).toString(16).slice(-8)}b866520d`;
  const list = (): TokenKey[] => [
    { kid: kidOf(rolls + 1), state: 'next', createdAt: now() - 12 * DAY, since: null },
    { kid: kidOf(rolls), state: 'current', createdAt: now() - 42 * DAY, since: now() - 12 * DAY },
    { kid: kidOf(rolls - 1), state: 'previous', createdAt: now() - 72 * DAY, since: now() - 42 * DAY },
  ];
  return {
    tokenKeys: procedures.tokenKeys.handler(list),
    rollTokenKey: procedures.rollTokenKey.handler(() => {
      rolls += 1;
      return list();
    }),
  };
}
