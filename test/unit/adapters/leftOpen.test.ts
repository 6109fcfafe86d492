import { randomBytes } from 'node:crypto';
import { copyFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { temporaryFolder } from '../../support/temporaryFolder';

/** The files in a folder that this process has open. */
function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${number}`);
      return target.startsWith(folder) ? [target] : [];
    } catch {
      // The descriptor with which the list itself was read.
      return [];
    }
  });
}

describe.runIf(process.platform === 'linux')('a database that does not open', () => {
  test('is not left open, also when a log lies beside it', async () => {
    const driver = createSqlcipherDriver();
    const [key, folder, killed] = [randomBytes(32), await temporaryFolder(), await temporaryFolder()];
    const database = await driver.create(join(folder, 'x.db'), key);
    await database.commit([{ sql: 'CREATE TABLE a (b)', params: [] }]);
    for (const name of ['x.db', 'x.db-wal']) copyFileSync(join(folder, name), join(killed, name));
    await expect(driver.open(join(killed, 'x.db'), randomBytes(32))).rejects.toMatchObject({
      problem: 'wrong-key',
    });
    expect(openIn(killed)).toEqual([]);
    await (await driver.open(join(killed, 'x.db'), key)).close();
    expect(readdirSync(killed)).toEqual(['x.db']);
    await database.close();
  });
});
