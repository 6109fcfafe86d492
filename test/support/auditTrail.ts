import { createBetterSqlite3Driver } from '../../src/adapters/betterSqlite3';
import {
  AUDIT_PRUNING_SCHEMA,
  AUDIT_STREAM_SCHEMA,
  AUDIT_TRAIL_SCHEMA,
  AuditTrail,
} from '../../src/engine/mechanism/audit';
import { type AuditDraft, type AuditSigner, createAuditSigner } from '../../src/engine/mechanism/chain';
import { migrate, STORE_SCHEMA, Store } from '../../src/engine/mechanism/store';
import { signingKeyFromSeed } from '../../src/engine/mechanism/tokens';
import { MemoryLog } from './engine';
import { TestClock } from './engine/testClock';

export const ORIGIN = 'tenant:test';

/** The signer of every trail of a test. */
export const testSigner: AuditSigner = createAuditSigner(signingKeyFromSeed(Buffer.alloc(32, 7)), ORIGIN);

/** An event of a test. */
export function draftOf(index: number): AuditDraft {
  return {
    at: 1_763_954_718_000 + index,
    event: 'document.added',
    actor: 'user:1',
    target: `document:${index}`,
    outcome: 'done',
    detail: { index },
  };
}

/** Something outside of the database that keeps the newest checkpoint. */
export class MemoryKeep {
  text: string | null = null;
  read = async (): Promise<string | null> => this.text;
  write = async (text: string): Promise<void> => {
    this.text = text;
  };
}

const schema = [
  {
    version: 1,
    name: 'test',
    statements: [...STORE_SCHEMA, ...AUDIT_TRAIL_SCHEMA, ...AUDIT_PRUNING_SCHEMA, ...AUDIT_STREAM_SCHEMA],
  },
];

/** Opens a store with an audit trail over a file; makes the file when it is not there. */
export async function openTrail(file: string, exists: boolean, keep: MemoryKeep) {
  const driver = createBetterSqlite3Driver({});
  const database = exists ? await driver.open(file, null) : await driver.create(file, null);
  try {
    await migrate(database, schema, 0x7465_7374);
    const clock = new TestClock();
    const store = await Store.open(database, clock);
    const log = new MemoryLog();
    const trail = await AuditTrail.open({ store, signer: testSigner, keep, clock, log });
    const append = async (count: number): Promise<void> => {
      const from = store.auditHead().sequence;
      for (let index = 0; index < count; index += 1) await store.write({ events: [draftOf(from + index)] });
    };
    const appendAtOnce = (count: number) => {
      const from = store.auditHead().sequence;
      return store.write({ events: Array.from({ length: count }, (_, index) => draftOf(from + index)) });
    };
    return { database, store, trail, clock, log, append, appendAtOnce };
  } catch (problem) {
    await database.close();
    throw problem;
  }
}
