import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { type Database, StoreError, type StoreProblem } from '../../../src/engine/ports';
import { temporaryFolder } from '../../support/temporaryFolder';

const PAGE = 4096;
const driver = createSqlcipherDriver();

async function make(file: string, key: Uint8Array): Promise<void> {
  const database = await driver.create(file, key);
  await database.commit([
    { sql: 'CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT NOT NULL)', params: [] },
    ...Array.from({ length: 400 }, (_, id) => ({
      sql: 'INSERT INTO messages VALUES (?, ?)',
      params: [id, `message ${id} `.repeat(60)],
    })),
  ]);
  await database.close();
}

async function flip(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, offset);
  await handle.close();
}

/** The problem with which opening, reading everything or checking ends; whatever was opened is closed. */
async function problemOf(file: string, key: Uint8Array): Promise<StoreProblem | 'none'> {
  let database: Database | null = null;
  try {
    database = await driver.open(file, key);
    await database.read('SELECT sum(length(text)) FROM messages');
    return (await database.check()).length === 0 ? 'none' : 'damaged';
  } catch (error) {
    if (error instanceof StoreError) return error.problem;
    throw error;
  } finally {
    await database?.close();
  }
}

describe('an encrypted database that is not as it was', () => {
  let folder: string;
  let file: string;
  let key: Uint8Array;
  let size: number;

  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder, 'tenant.db');
    key = randomBytes(32);
    await make(file, key);
    size = (await readFile(file)).length;
  });

  async function expectProblem(problem: StoreProblem | 'none', withKey = key): Promise<void> {
    const before = await readFile(file);
    expect(await problemOf(file, withKey)).toBe(problem);
    expect((await readFile(file)).equals(before)).toBe(true);
    // SQLite may leave an empty log beside a file that it could not make sense of.
    for (const name of (await readdir(folder)).filter((found) => found.endsWith('-wal'))) {
      expect(await readFile(join(folder, name))).toHaveLength(0);
    }
  }

  test('opens and passes the check when it is as it was', async () => {
    expect(size).toBeGreaterThan(20 * PAGE);
    await expectProblem('none');
  });

  test('refuses another key', () => expectProblem('wrong-key', randomBytes(32)));

  test('refuses the key of another tenant, and its file under this key', async () => {
    const otherKey = randomBytes(32);
    const other = join(await temporaryFolder(), 'tenant.db');
    await make(other, otherKey);
    await expectProblem('wrong-key', otherKey);
    expect(await problemOf(other, key)).toBe('wrong-key');
  });

  test.each([
    ['the salt', 3],
    ['the header', 40],
    ['the HMAC of the first page', PAGE - 1],
  ])('cannot tell a flipped bit in %s from another key, and says so', async (_, offset) => {
    await flip(file, offset);
    await expectProblem('wrong-key');
  });

  test('notices a flipped bit in a page of the middle', async () => {
    await flip(file, Math.floor(size / PAGE / 2) * PAGE + 1_000);
    await expectProblem('damaged');
  });

  test('notices a flipped bit in the last page', async () => {
    await flip(file, size - 1);
    await expectProblem('damaged');
  });

  test('notices two pages that were exchanged', async () => {
    const bytes = await readFile(file);
    const handle = await open(file, 'r+');
    await handle.write(bytes.subarray(8 * PAGE, 9 * PAGE), 0, PAGE, 9 * PAGE);
    await handle.write(bytes.subarray(9 * PAGE, 10 * PAGE), 0, PAGE, 8 * PAGE);
    await handle.close();
    await expectProblem('damaged');
  });

  test.each([
    ['to whole pages', 0, 'damaged'],
    ['in the middle of a page', 100, 'damaged'],
  ] as const)('notices that it was cut %s', async (_, rest, problem) => {
    await truncate(file, 10 * PAGE + rest);
    await expectProblem(problem);
  });

  test.each([1, 100, PAGE - 1])('notices that only %i bytes are left', async (bytes) => {
    await truncate(file, bytes);
    await expectProblem('damaged');
  });

  test('does not take an empty file for a new database', async () => {
    await truncate(file, 0);
    await expectProblem('damaged');
  });

  test('puts neither the key nor the path into an error', async () => {
    const wrong = randomBytes(32);
    const error = await driver.open(file, wrong).catch((refused: unknown) => refused);
    const told: unknown[] = [];
    for (let at: unknown = error; at instanceof Error; at = at.cause)
      told.push(at.message, at.stack, { ...at });
    const text = JSON.stringify(told);
    expect(text).toContain('wrong-key');
    expect(text.toLowerCase()).not.toContain(wrong.toString('hex'));
    expect(text).not.toContain(folder);
  });

  test('reads what is sound when one page is damaged', async () => {
    await flip(file, size - 1);
    const database = await driver.open(file, key);
    expect(await database.read('SELECT text FROM messages WHERE id = 1')).toHaveLength(1);
    expect(await database.check()).not.toEqual([]);
    await database.close();
  });
});
