import { writeSync } from 'node:fs';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createSystemClock } from '../../../src/adapters/system';
import { bulkInsert, Store } from '../../../src/engine/mechanism/store';

// Writes as fast as it can with many callers at once, and says each id only when its write was acknowledged.
// Ends by being killed.

const [kind, file, hexKey, round] = process.argv.slice(2);
const driver = kind === 'SQLCipher' ? createSqlcipherDriver() : createBetterSqlite3Driver();
const key = hexKey ? Buffer.from(hexKey, 'hex') : null;
const store = await Store.open(await driver.open(String(file), key), createSystemClock());
const notes = bulkInsert('notes', ['id', 'folder', 'text', 'size']);

async function caller(name: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = `${round}-${name}-${count}`;
    await store.write({
      rows: [{ into: notes, rows: [[id, 'f', 'x'.repeat(500), count]] }],
      statements: [{ sql: "UPDATE counters SET value = value + 1 WHERE id = 'a'", params: [], expect: 1 }],
      events: [
        {
          at: Date.now(),
          event: 'note.added',
          actor: 'user:1',
          target: id,
          outcome: 'done',
          detail: { count },
        },
      ],
    });
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, (_, name) => caller(name)));
