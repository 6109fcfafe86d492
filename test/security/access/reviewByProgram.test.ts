import { describe, expect, it } from 'vitest';
import type {
  AccessReview,
  AccountAccess,
  CustomRole,
  NewApiKey,
  ServiceAccount,
} from '../../../src/contract';
import { startStaffed } from '../../support/engine/staffed';

describe('an access review', () => {
  it('is decided by no program: not by a service that may manage access, nor by the key of a reviewer', async () => {
    const { add, test, acme } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const bob = await add('bob@acme.example', 'tenant-admin');
    const wishes = { name: 'Nightly', scopes: ['access.manage'], expiresInDays: 30 };
    const own = await ada.call<NewApiKey>('apiKeys.create', wishes);
    const keeper = await ada.call<CustomRole>('access.createRole', {
      name: 'Keeper',
      permissions: ['access.manage'],
    });
    const service = await ada.call<ServiceAccount>('apiKeys.addService', { name: 'Robot', role: 'guest' });
    await ada.call('access.assign', { id: service.id, role: 'guest', customRoles: [keeper.id] });
    const robot = await ada.call<NewApiKey>('apiKeys.createForService', { ...wishes, serviceId: service.id });
    const review = await ada.call<AccessReview>('reviews.open');
    const people = await ada.call<AccountAccess[]>('access.people');
    for (const { secret } of [own, robot]) {
      for (const [name, input] of [
        ['reviews.decide', { id: review.id, accounts: [bob.id], decision: { kind: 'keep' } }],
        ['reviews.sign', { id: review.id, revision: review.revision }],
      ] as const) {
        const call = test.engine.call({
          scope: 'tenant',
          tenant: acme,
          name,
          input,
          credential: secret,
          source: 'window:program',
          signal: new AbortController().signal,
          bytes: 0,
        });
        await expect(call, name).rejects.toMatchObject({
          code: expect.stringMatching(/^(NOT_ALLOWED|STEP_UP_REQUIRED)$/),
        });
      }
    }
    const [still] = await ada.call<AccessReview[]>('reviews.list');
    expect(still).toMatchObject({ decided: 0, accounts: people.length, state: 'open' });
  });
});
