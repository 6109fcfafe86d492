import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Rekeying, type SqlRow, type Statement, StoreError } from '../../engine/ports';
import { type Backup, Connection } from './connection';
import { codeOf, storeError } from './problems';
import { SCRIPT_TABLES } from './script';
import { runTransaction } from './transaction';

/** Pages a step of the copy: 800 KiB, so that a writer waits for a few milliseconds at most. */
const PAGES = 200;
/** After so many steps what was copied is flushed, 16 MiB, so that the end of the copy has little left to flush. */
const STEPS_A_FLUSH = 20;
/** Recorded transactions that are carried over in one. */
const BATCH = 64;
/** With so few left the writers are paused for the rest. */
const FEW = 8;
/** Rounds of carrying over before the writers are paused however much is left. */
const ROUNDS = 200;
/** Recorded transactions that are kept at most; a copy that falls behind so far is given up. */
const MOST_RECORDED = 200_000;

/** What a change of the key needs of its database. */
export interface RekeySource {
  readonly file: string;
  /** Runs the work between two transactions. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  takeWriter(): Promise<Connection>;
  openReader(): Promise<Connection>;
  /** Lets somebody hear of each committed transaction; `null` in place of one whose outcome is unknown. */
  follow(follower: ((statements: readonly Statement[] | null) => void) | null): void;
  /** Runs the work while nobody reads. */
  withoutReaders<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Closes the writer around the work and goes on under the key, or the present one when it fails. */
  replace(key: Uint8Array, work: () => Promise<void>): Promise<void>;
}

/**
 * The copy is SQLite's online backup into a file under the other key, a step at a time between the transactions of the
 * only writer. SQLite carries what is written into pages that are copied already, until the backup ends; from then
 * on the transactions are recorded as the statements they are (values are parameters, so that they give the same rows
 * again) and run on the copy too.
 */
export function createRekeying(source: RekeySource, file: string, givenKey: Uint8Array): Rekeying {
  const key = Uint8Array.from(givenKey);
  let recorded: (readonly Statement[])[] = [];
  let spoiled = false;
  let snapshot: Connection | null = null;
  let copy: Connection | null = null;
  let probes: readonly string[] = [];
  /** The file that was the database, until its blocks are given back after the pause. */
  let replaced: FileHandle | null = null;

  function record(statements: readonly Statement[] | null): void {
    if (statements === null || recorded.length >= MOST_RECORDED) spoiled = true;
    else recorded.push(statements);
  }

  async function stepsOf(backup: Backup, onShare: (share: number) => void, signal: AbortSignal) {
    for (let step = 1; !backup.completed; step += 1) {
      signal.throwIfAborted();
      // SQLite flushes the whole copy at its end, and the writer waits for that.
      if (step % STEPS_A_FLUSH === 0) await flushFile(file);
      await source.inTurn(async () => {
        await backup.step(PAGES);
        if (!backup.completed) return;
        // In the same turn: no transaction falls between the end of the copy, its snapshot and the record.
        snapshot = await source.openReader();
        await snapshot.exec('BEGIN; SELECT count(*) FROM sqlite_master;');
        source.follow(record);
      });
      onShare(backup.share);
    }
  }

  /**
   * Runs what was recorded on the copy, in few transactions; their guards are held again.
   * @param few how many may be left
   */
  async function carryOver(to: Connection, few: number): Promise<void> {
    for (let round = 0; recorded.length > few && (few === 0 || round < ROUNDS); round += 1) {
      requireWhole();
      const batch = recorded.slice(0, BATCH);
      await runTransaction(to, file, batch.flat());
      recorded = recorded.slice(batch.length);
    }
  }

  function requireWhole(): void {
    if (spoiled)
      throw new StoreError('other', { cause: new Error('the copy could not follow the database') });
  }

  async function closeCopy(): Promise<void> {
    const closing = [snapshot, copy];
    snapshot = null;
    copy = null;
    for (const connection of closing) await connection?.close();
  }

  async function exchange(to: Connection, beforeRename: () => Promise<void>): Promise<void> {
    await carryOver(to, 0);
    requireWhole();
    const writer = await source.takeWriter();
    for (const probe of probes) requireSame(await writer.all(probe, []), await to.all(probe, []), probe);
    source.follow(null);
    await to.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    copy = null;
    await to.close();
    await source.replace(key, async () => {
      for (const left of [source.file, file]) await requireNoLog(left);
      await beforeRename();
      replaced = await renameOver(file, source.file);
      await flushFolder(dirname(source.file));
    });
    key.fill(0);
  }

  return {
    async copy(onShare, signal) {
      await (await open(file, 'wx', 0o600)).close();
      const writer = await source.takeWriter();
      const backup = await source.inTurn(() => writer.backup(file, key));
      try {
        await stepsOf(backup, onShare, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw await storeError(file, error);
      } finally {
        await backup.finish();
      }
    },

    async verify(asked, signal) {
      if (!snapshot)
        throw new StoreError('other', { cause: new Error('a copy is verified after it was made') });
      probes = asked;
      copy = await Connection.open(file, key, 'writer');
      await copy.exec('PRAGMA journal_mode = WAL;');
      await copy.exec(SCRIPT_TABLES);
      for (const check of ['PRAGMA cipher_integrity_check', 'PRAGMA integrity_check']) {
        const complaints = (await copy.all(check, [])).flatMap((row) => Object.values(row).map(String));
        if (complaints.some((complaint) => complaint !== 'ok')) throw differs(`${check} complains`);
        signal.throwIfAborted();
      }
      const tables = await snapshot.all(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
        [],
      );
      const counts = tables.map(({ name }) => `SELECT count(*) FROM "${String(name).replaceAll('"', '""')}"`);
      for (const question of [
        'SELECT type, name, sql FROM sqlite_master ORDER BY type, name',
        ...counts,
        ...probes,
      ]) {
        requireSame(await snapshot.all(question, []), await copy.all(question, []), question);
        signal.throwIfAborted();
      }
      await snapshot.exec('COMMIT');
      await snapshot.close();
      snapshot = null;
      await carryOver(copy, FEW);
    },

    async switch(beforeRename) {
      const to = copy;
      if (!to) throw new StoreError('other', { cause: new Error('a copy is verified before the switch') });
      await carryOver(to, FEW);
      await emptyLog(source);
      await carryOver(to, FEW);
      // Readers first: one that is slow must not make the writers wait.
      try {
        return await source.withoutReaders(() =>
          source.inTurn(async () => {
            const began = performance.now();
            await exchange(to, beforeRename);
            return { pauseMs: performance.now() - began };
          }),
        );
      } finally {
        await replaced?.close();
      }
    },

    async abandon() {
      source.follow(null);
      recorded = [];
      await closeCopy();
      key.fill(0);
      for (const part of ['', '-wal', '-shm', '-journal']) await rm(`${file}${part}`, { force: true });
    },
  };
}

/**
 * What the log of the database holds goes into its file before the pause, so that little is left for it. By a connection
 * of its own: while the copy was verified the log grew, and writers need not wait for that.
 */
async function emptyLog(source: RekeySource): Promise<void> {
  const connection = await source.openReader();
  try {
    await connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } finally {
    await connection.close();
  }
}

function requireSame(before: readonly SqlRow[], after: readonly SqlRow[], question: string): void {
  if (JSON.stringify(before) !== JSON.stringify(after)) throw differs(question);
}

function differs(where: string): StoreError {
  return new StoreError('damaged', { cause: new Error(`the copy is not the same: ${where}`) });
}

/**
 * Renames over a file and keeps what was there: to give a gigabyte of blocks back takes longer than everything else in
 * the pause. Windows cannot replace a file that is open.
 * @returns to be closed by the caller; `null` where it was not kept
 */
async function renameOver(from: string, to: string): Promise<FileHandle | null> {
  const kept = process.platform === 'win32' ? null : await open(to, 'r');
  try {
    await rename(from, to);
  } catch (error) {
    await kept?.close();
    throw error;
  }
  return kept;
}

/** A log beside a file that is about to be replaced would be taken for the log of the new one. */
async function requireNoLog(file: string): Promise<void> {
  try {
    await stat(`${file}-wal`);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new StoreError('other', { cause: new Error('somebody else has the database open') });
}

/** Flushes a file that somebody else writes. */
async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Flushes a folder, so that the rename survives a loss of power. Windows keeps names by itself. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
