import { type AccessReview, GRANTS, type ReviewedAccount, type ReviewRow } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const tenant = base.tenant;
const DAY = 86_400_000;

const NOTHING: Pick<
  ReviewRow,
  'changedSince' | 'decision' | 'customRoleNames' | 'note' | 'decidedBy' | 'decidedAt' | 'own' | 'locked'
> = {
  changedSince: [],
  decision: null,
  customRoleNames: [],
  note: '',
  decidedBy: null,
  decidedAt: null,
  own: false,
  locked: null,
};

function rowsOf(world: World): ReviewRow[] {
  const account = (name: string, more: Partial<ReviewedAccount> = {}): ReviewedAccount => ({
    id: world.newId(),
    name,
    email: `${name.toLowerCase().replace(/\W+/g, '.')}@northgate.example`,
    kind: 'person',
    state: 'active',
    role: 'user',
    customRoles: [],
    permissions: [...GRANTS.user],
    signOn: 'Northgate Active Directory',
    lastSignInAt: world.now() - 3 * DAY,
    secondFactor: true,
    keys: [],
    ...more,
  });
  const decided = { decidedBy: 'Tomas Vik', decidedAt: world.now() - DAY };
  return [
    {
      ...NOTHING,
      account: account('Claims import', {
        kind: 'service',
        signOn: null,
        lastSignInAt: null,
        keys: [
          {
            name: 'Nightly',
            prefix: 'rk_7Qd1',
            scopes: ['ai.query'],
            expiresAt: world.now() + 40 * DAY,
            lastUsedAt: world.now() - DAY / 2,
          },
        ],
      }),
    },
    {
      ...NOTHING,
      account: account('Ingrid Sorlie', { role: 'tenant-admin', signOn: null }),
      own: true,
      locked: 'Somebody else decides about you.',
    },
    {
      ...NOTHING,
      account: account('Jonas Berg', {
        customRoles: [],
        secondFactor: false,
      }),
      changedSince: ['role'],
    },
    {
      ...NOTHING,
      ...decided,
      account: account('Pia Lund', { lastSignInAt: world.now() - 140 * DAY, secondFactor: false }),
      decision: { kind: 'disable' },
      note: 'On leave for good since June',
    },
    {
      ...NOTHING,
      ...decided,
      account: account('Tomas Vik', { role: 'tenant-admin' }),
      decision: { kind: 'keep' },
      decidedBy: 'Ingrid Sorlie',
    },
  ];
}

/** The answers of the access reviews: one that is overdue, and one that was signed. */
export function reviewsRouter(world: World) {
  const rows = rowsOf(world);
  const past: AccessReview = {
    id: world.newId(),
    state: 'signed',
    openedAt: world.now() - 106 * DAY,
    openedBy: null,
    dueAt: world.now() - 92 * DAY,
    overdue: false,
    accounts: 187,
    decided: 187,
    changes: 4,
    signedAt: world.now() - 99 * DAY,
    signedBy: 'Ingrid Sorlie',
    revision: 61,
  };
  const open: AccessReview = {
    ...past,
    id: world.newId(),
    state: 'open',
    openedAt: world.now() - 16 * DAY,
    dueAt: world.now() - 2 * DAY,
    overdue: true,
    accounts: rows.length,
    decided: 2,
    changes: 1,
    signedAt: null,
    signedBy: null,
    revision: 3,
  };
  return {
    policy: tenant.reviews.policy.handler(() => ({
      intervalDays: 90,
      dueDays: 14,
      revision: 0,
      nextAt: null,
    })),
    list: tenant.reviews.list.handler(() => [open, past]),
    rows: tenant.reviews.rows.handler(({ input }) => {
      const found = rows.filter(({ decision }) => input.filter !== 'changes' || decision?.kind === 'disable');
      return { rows: found, total: found.length, joinedSince: 2, next: null };
    }),
  };
}
