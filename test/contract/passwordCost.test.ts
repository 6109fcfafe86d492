import { expect, it, onTestFinished } from 'vitest';
import type { PasswordCost, PasswordHasher } from '../../src/engine/ports';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { inspectTenant } from '../support/engine/soundness';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../support/engine/world';

/** A hasher that writes into a hash what it cost, and measures what it is told. */
function costlyHasher(machine: string, measured: number) {
  let passes = 3;
  let measurements = 0;
  const cost = (): PasswordCost => ({ memoryKiB: 65_536, passes: measured, ms: measured * 30 });
  const hasher: PasswordHasher = {
    hash: async (password) => `t=${passes},${password}`,
    verify: async (password, phc) => phc?.replace(/^t=\d+,/, '') === password,
    isOutdated: (phc) => Number(/^t=(\d+),/.exec(phc)?.[1] ?? 0) < passes,
    tuning: {
      machine,
      targetMs: 250,
      async measure() {
        measurements += 1;
        return cost();
      },
      use(next) {
        passes = next.passes;
      },
    },
  };
  return { hasher, measurements: () => measurements };
}

it('is measured at the first start and on another machine, and kept between', async () => {
  const folder = await folderUntil(onTestFinished);
  const first = costlyHasher('a laptop', 8);
  const one = startTestEngine(folder, { hasher: first.hasher });
  const { client, kept } = openTestWindow(one.engine);
  await createOperator(client);
  const read = () => client.installation.passwordCost.read({});
  await expect.poll(read).toMatchObject({ passes: 8, ms: 240, targetMs: 250, machine: 'a laptop' });
  await one.engine.close();

  const same = costlyHasher('a laptop', 9);
  const two = startTestEngine(folder, { hasher: same.hasher, keystore: one.keystore });
  const again = openTestWindow(two.engine, kept.credential).client;
  expect(await again.installation.passwordCost.read({})).toMatchObject({ passes: 8 });
  expect(same.measurements()).toBe(0);
  await two.engine.close();

  const other = costlyHasher('a server', 12);
  const three = startTestEngine(folder, { hasher: other.hasher, keystore: one.keystore });
  onTestFinished(() => three.engine.close());
  const there = openTestWindow(three.engine).client;
  await there.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
  await expect
    .poll(() => there.installation.passwordCost.read({}))
    .toMatchObject({ passes: 12, machine: 'a server' });
});

it('is measured by hand, which says in the chain what it was and is', async () => {
  const { hasher } = costlyHasher('a laptop', 8);
  const { engine } = startTestEngine(await folderUntil(onTestFinished), { hasher });
  onTestFinished(() => engine.close());
  const { client } = openTestWindow(engine);
  await createOperator(client);
  expect(await client.installation.passwordCost.measure({})).toMatchObject({ passes: 8 });
  const { events } = await client.installation.audit.events({ event: 'password-cost.measured' });
  const [byHand, byItself] = events;
  expect(byHand).toMatchObject({ detail: { memoryKiB: 65_536, passes: 8, ms: 240 } });
  expect(byHand?.actor).toMatch(/^operator:/);
  expect(byItself).toMatchObject({ actor: 'system:password-cost' });
});

it('renews a hash that costs less when its owner signs in, and the password stays one of the earlier ones', async () => {
  const { hasher } = costlyHasher('a laptop', 8);
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { hasher });
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  await expect.poll(() => client.installation.passwordCost.read({})).not.toBeNull();
  hasher.tuning?.use({ memoryKiB: 65_536, passes: 3, ms: 90 });
  const acme = await createTenant(client);
  hasher.tuning?.use({ memoryKiB: 65_536, passes: 8, ms: 240 });
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  await signInAdministrator(member);
  const { events } = await member.tenant.audit.events({ event: 'password-hash-renewed' }, at(acme));
  expect(events).toHaveLength(1);
  await test.engine.close();
  const { seen } = await inspectTenant(folder, test.keystore, acme, (database) =>
    database.read('SELECT password FROM users'),
  );
  expect(seen.map(({ password }) => String(password).slice(0, 4))).toEqual(['t=8,']);
});
