import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type AuditRecord, verifyChain } from '../../../src/engine/mechanism/chain';
import { migrate } from '../../../src/engine/mechanism/store';
import { temporaryFolder } from '../../support/temporaryFolder';
import { drivers, SCHEMA } from '../../unit/store/testStore';

const WRITER = fileURLToPath(new URL('writerProcess.ts', import.meta.url));
const ROUNDS = 6;

/**
 * Runs the writer until it has acknowledged so many writes, kills it, and answers every id it told of. It tells
 * them to a file, which takes each before the call returns; a pipe would hold some back or be full.
 */
async function killedAfter(acknowledged: number, parameters: readonly string[]): Promise<string[]> {
  const file = join(await temporaryFolder(), 'acknowledged');
  const told = await open(file, 'wx');
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, ...parameters], {
    stdio: ['ignore', told.fd, 'pipe'],
  });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  const ids = async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  while (child.exitCode === null && (await ids()).length < acknowledged) await wait(2);
  child.kill('SIGKILL');
  expect({ signal: await ended, complaints }).toEqual({ signal: 'SIGKILL', complaints: '' });
  await told.close();
  return ids();
}

test.each(drivers)(
  'kill -9 in the midst of commits of %s loses nothing acknowledged',
  async (name, driver, key) => {
    const file = join(await temporaryFolder(), 'store.db');
    const database = await driver.create(file, key);
    await migrate(database, [{ version: 1, name: 'test', statements: SCHEMA }], 7);
    await database.commit([
      { sql: "INSERT INTO counters VALUES ('a', 0)", params: [] },
      { sql: "INSERT INTO folders VALUES ('f')", params: [] },
    ]);
    await database.close();

    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const hex = key ? Buffer.from(key).toString('hex') : '';
      acknowledged.push(...(await killedAfter(10 + round * 97, [name, file, hex, String(round)])));
      const survivor = await driver.open(file, key);
      expect(await survivor.check()).toEqual([]);
      const present = new Set((await survivor.read('SELECT id FROM notes')).map((row) => row.id));
      expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
      // Each write is there with its row, its count and its event, or not at all.
      const events = await survivor.read('SELECT * FROM audit_events ORDER BY sequence');
      expect(new Set(events.map((row) => row.target))).toEqual(present);
      expect(await survivor.read('SELECT value FROM counters')).toEqual([{ value: present.size }]);
      const records = events.map(({ sequence, hash, previous_hash, ...body }) => {
        return { sequence, hash, previousHash: previous_hash, body } as unknown as AuditRecord;
      });
      expect(verifyChain(records)).toMatchObject({ ok: true, head: { sequence: present.size } });
      await survivor.close();
    }
    expect(acknowledged.length).toBeGreaterThan(1_000);
  },
);
