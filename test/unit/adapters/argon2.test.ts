import { describe, expect, onTestFinished, test } from 'vitest';
import { createPasswordHasher } from '../../../src/adapters/argon2';

const ENTRY = new URL('../../../src/adapters/argon2/hashWorker.ts', import.meta.url);

function hasher() {
  const made = createPasswordHasher(ENTRY);
  onTestFinished(() => made.close());
  return made;
}

describe('the password hasher', () => {
  test('makes argon2id of 64 MiB and three passes, each with a salt of its own', async () => {
    const passwords = hasher();
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('correct horse', one)).toBe(true);
    expect(await passwords.verify('Correct horse', one)).toBe(false);
  });

  test('is never right without an account, whatever the password', async () => {
    const passwords = hasher();
    expect(await passwords.verify('nobody has this password', null)).toBe(false);
  });

  test('does as much work without an account as with one', async () => {
    const passwords = hasher();
    const phc = await passwords.hash('a');
    // Processor time of the whole process, so that a busy machine does not matter.
    const work = async (hash: string | null) => {
      const before = process.cpuUsage();
      await passwords.verify('b', hash);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    let [known, unknown] = [0, 0];
    for (let round = 0; round < 4; round += 1) {
      known += await work(phc);
      unknown += await work(null);
    }
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  test('tunes its passes to the machine, and then renews what costs less', async () => {
    const passwords = hasher();
    const before = await passwords.hash('a');
    expect(passwords.isOutdated(before)).toBe(false);
    const measured = await passwords.tuning?.measure();
    expect(measured?.memoryKiB).toBe(65_536);
    expect(measured?.passes).toBeGreaterThanOrEqual(3);
    passwords.tuning?.use({ memoryKiB: 65_536, passes: 5, ms: 1 });
    expect(passwords.isOutdated(before)).toBe(true);
    expect(passwords.isOutdated('$argon2id$v=19$m=19456,t=9,p=1$x$y')).toBe(true);
    expect(await passwords.verify('a', before)).toBe(true);
    const after = await passwords.hash('a');
    expect(after).toContain('$m=65536,t=5,p=1$');
    expect(passwords.isOutdated(after)).toBe(false);
  });

  test('never costs less than RFC 9106 recommends', () => {
    const { tuning } = hasher();
    for (const weak of [
      { memoryKiB: 19_456, passes: 3 },
      { memoryKiB: 65_536, passes: 2 },
    ]) {
      expect(() => tuning?.use({ ...weak, ms: 1 })).toThrow(RangeError);
    }
  });

  test('does as much work for a wrong password with a hash from before as without an account', async () => {
    const passwords = hasher();
    const old = await passwords.hash('a');
    passwords.tuning?.use({ memoryKiB: 65_536, passes: 12, ms: 1 });
    await passwords.verify('b', null);
    const work = async (hash: string | null) => {
      const before = process.cpuUsage();
      await passwords.verify('b', hash);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    let [known, unknown] = [0, 0];
    for (let round = 0; round < 4; round += 1) {
      known += await work(old);
      unknown += await work(null);
    }
    expect(unknown / known).toBeGreaterThan(0.6);
    expect(unknown / known).toBeLessThan(1.6);
  });

  test('turns a flood away with the time to wait, and stays usable', async () => {
    const passwords = hasher();
    const flood = Array.from({ length: 110 }, () => passwords.verify('a', 'not a hash'));
    const outcomes = await Promise.allSettled(flood);
    const codes = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
    expect(codes.filter((code) => code === 'TOO_MANY_TRIES')).toHaveLength(10);
    expect(codes.filter((code) => code === 'INTERNAL')).toHaveLength(100);
    expect(await passwords.hash('a')).toContain('argon2id');
  });

  test('answers what was waiting when its thread ends, and starts another', async () => {
    const broken = createPasswordHasher(new URL('data:text/javascript,throw new Error("no library")'));
    onTestFinished(() => broken.close());
    await expect(broken.hash('a')).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    await expect(broken.hash('a')).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    const passwords = hasher();
    const pending = expect(passwords.hash('a')).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    await passwords.close();
    await pending;
  });
});
