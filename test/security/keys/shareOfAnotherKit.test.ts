import { combine } from 'shamir-secret-sharing';
import { expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/engine/control/tenants';
import { readSheet } from '../../../src/engine/mechanism/recoveryKit';
import { problemOf } from '../../support/engine/calls';
import { createTenant } from '../../support/engine/world';
import { keyOf, startWithTenant } from './support';

it('a sheet of another kit restores nothing and is told, whichever kit it is of', async () => {
  const { client, id, keystore } = await startWithTenant();
  const { keys } = client.installation;
  const kit = { threshold: 2, shares: 2 };
  const { sheets } = await keys.makeKit({ tenantId: id, ...kit });
  const second = await createTenant(client, { domain: 'other.example' });
  const others = {
    'an earlier kit of the same tenant': await keys.makeKit({ tenantId: id, ...kit }),
    'the kit of another tenant': await keys.makeKit({ tenantId: second, ...kit }),
    'the kit of the installation': await keys.makeKit({ tenantId: null, ...kit }),
  };
  const before = new Map([...keystore.keys].map(([name, key]) => [name, fingerprintOf(key)]));
  for (const [which, other] of Object.entries(others)) {
    const mixed = [sheets[0] ?? '', other.sheets[1] ?? ''];
    for (const call of [keys.rehearse({ sheets: mixed }), keys.restoreTenantKey({ sheets: mixed })]) {
      expect([which, await problemOf(call)]).toMatchObject([
        which,
        { code: 'KIT_REFUSED', data: { reason: expect.stringContaining('another kit') } },
      ]);
    }
    // Without the kit's id in each sheet, Shamir's scheme would have given some key without a word.
    const shares = mixed.map((text) => Uint8Array.from(readSheet(text)?.share ?? []));
    const combined = (await combine(shares)).subarray(0, 32);
    expect(fingerprintOf(combined)).not.toBe(fingerprintOf(keyOf(keystore, id)));
  }
  expect(new Map([...keystore.keys].map(([name, key]) => [name, fingerprintOf(key)]))).toEqual(before);
});
