import { ConsoleError, type FileKeys } from '../../../contract';
import type { Call } from '../../door';
import type { FieldCipher, Place } from '../../mechanism/fieldCipher';
import { KEY_BYTES, SealError } from '../../mechanism/sealing';
import type { Store } from '../../mechanism/store';
import { Vault, vaultVersionOf } from '../../mechanism/vault';
import { type RandomSource, type Statement, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';

/** Folders of the tenant with sealed files: documents, and pruned segments of the audit chain. */
const FOLDERS = ['audit', 'files'] as const;
const SEALED_NAME = /^[0-9a-f]{64}$/;

interface Work {
  readonly version: number;
  /** The last file that was looked at, as `folder/name`. */
  readonly cursor: string;
  readonly sealed: number;
  /** Files that could not be opened under any key: they stay as they are, and so do the keys. */
  readonly damaged: number;
  readonly state: 'running' | 'stopped';
}

/** The key that wraps the keys of files: a new version, and the work of sealing every file anew under it. */
export interface FileKeyRotation {
  read(): Promise<FileKeys>;
  /** @throws ConsoleError CONFLICT while the last one is not at its end */
  rotate(call: Call): Promise<FileKeys>;
  /**
   * Stops the work; what is left stays under the key it is under, which is kept.
   * @throws ConsoleError NOT_FOUND when none goes on
   */
  cancel(call: Call): Promise<FileKeys>;
  /** Goes on with work that is there. */
  resume(): void;
  /** Resolves when no work goes on; work that was stopped by the closing of the runtime is resumed with the next. */
  idle(): Promise<void>;
}

function placeOf(version: number): Place {
  return { table: 'file_keys', column: 'sealed_key', row: String(version) };
}

/** Opens the vault of a tenant with every version of its key. */
export async function openVault(store: Store, cipher: FieldCipher, random: RandomSource): Promise<Vault> {
  const first = cipher.deriveKey('vault');
  const vault = new Vault(first, random);
  first.fill(0);
  for (const row of await store.read('SELECT version, sealed_key FROM file_keys ORDER BY version')) {
    const version = Number(row.version);
    const key = Buffer.from(cipher.open(placeOf(version), String(row.sealed_key)), 'base64url');
    vault.addVersion(version, key);
    key.fill(0);
  }
  return vault;
}

/** @param reach told of the points at which a test may end the process */
export function createFileKeys(
  context: RuntimeContext,
  random: RandomSource,
  reach: (point: string) => Promise<void>,
): FileKeyRotation {
  const { store, cipher, vault, files, inFileTurn, clock, closing, log } = context;
  let running: Promise<void> | null = null;

  async function workNow(): Promise<Work | null> {
    const [row] = await store.read('SELECT * FROM file_key_work');
    if (!row) return null;
    return {
      version: Number(row.version),
      cursor: String(row.cursor),
      sealed: Number(row.sealed),
      damaged: Number(row.damaged),
      state: row.state as Work['state'],
    };
  }

  /** Every sealed file as `folder/name`, in the order in which they are walked. */
  async function sealedFiles(): Promise<string[]> {
    const found: string[] = [];
    for (const folder of FOLDERS) {
      const names = (await files.list(folder)).filter((name) => SEALED_NAME.test(name));
      found.push(...names.map((name) => `${folder}/${name}`));
    }
    return found.sort();
  }

  async function read(): Promise<FileKeys> {
    const rows = await store.read(
      `SELECT 1 AS version, created_at FROM field_keys WHERE version = 1
       UNION ALL SELECT version, created_at FROM file_keys ORDER BY version`,
    );
    const all = await sealedFiles();
    const work = await workNow();
    return {
      versions: rows.map((row) => ({ version: Number(row.version), createdAt: Number(row.created_at) })),
      files: all.length,
      work: work && {
        state: work.state,
        done: all.filter((path) => path <= work.cursor).length,
        sealed: work.sealed,
        damaged: work.damaged,
      },
    };
  }

  async function walk(): Promise<void> {
    const begun = await workNow();
    if (begun?.state !== 'running') return;
    let work = begun;
    for (const path of await sealedFiles()) {
      if (path <= work.cursor) continue;
      if (closing.aborted) return;
      const outcome = await inFileTurn(() => sealAnew(path, work.version));
      await reach('file-key.sealed');
      const next = {
        ...work,
        cursor: path,
        sealed: work.sealed + (outcome === 'sealed' ? 1 : 0),
        damaged: work.damaged + (outcome === 'damaged' ? 1 : 0),
      };
      // Somebody may have stopped it meanwhile.
      if (!(await advanced(next))) return;
      await reach('file-key.recorded');
      work = next;
    }
    await finish(work);
    await reach('file-key.finished');
  }

  async function advanced({ cursor, sealed, damaged, version }: Work): Promise<boolean> {
    const statement: Statement = {
      sql: `UPDATE file_key_work SET cursor = ?, sealed = ?, damaged = ? WHERE version = ? AND state = 'running'`,
      params: [cursor, sealed, damaged, version],
    };
    await store.write({ statements: [statement], events: [], housekeeping: true });
    return (await workNow())?.state === 'running';
  }

  /** The new content takes the place of the old by a rename: a kill leaves the one or the other. */
  async function sealAnew(path: string, version: number): Promise<'sealed' | 'left' | 'damaged'> {
    if (!(await files.exists(path))) return 'left';
    const kept = await files.read(path);
    try {
      if (vaultVersionOf(kept) >= version) return 'left';
      const bytes = vault.openFile(path.split('/').at(-1) ?? '', kept);
      await files.write(path, vault.sealFile(bytes).sealed);
      bytes.fill(0);
      return 'sealed';
    } catch (problem) {
      if (!(problem instanceof SealError) || problem.problem === 'closed') throw problem;
      log.error('a file could not be opened to be sealed anew', problem, { file: path });
      return 'damaged';
    }
  }

  /** Destroys the older keys last, unless there is a file that none of them opened. */
  async function finish({ version, sealed, damaged }: Work): Promise<void> {
    const older =
      damaged > 0 ? [] : await store.read('SELECT version FROM file_keys WHERE version < ?', [version]);
    await store.write({
      statements: [
        { sql: 'DELETE FROM file_key_work WHERE version = ?', params: [version], expect: 1 },
        ...older.map((row) => ({
          sql: 'DELETE FROM file_keys WHERE version = ?',
          params: [Number(row.version)],
          expect: 1,
        })),
      ],
      events: [
        {
          at: clock.now(),
          event: 'file-key.rotated',
          actor: 'system:file-keys',
          target: String(version),
          outcome: damaged > 0 ? 'failed' : 'done',
          detail: { sealed, damaged },
        },
      ],
    });
    if (damaged > 0) return;
    await inFileTurn(async () => {
      for (const row of older) vault.removeVersion(Number(row.version));
    });
  }

  function resume(): void {
    running ??= walk()
      .catch((problem: unknown) => {
        // It stands where the last file left it and goes on with the next opening.
        if (!closing.aborted) log.error('files could not be sealed under the newer key', problem);
      })
      .finally(() => {
        running = null;
      });
  }

  /** Keeps a new version and uses it, between two changes of the files. */
  async function keepVersion(call: Call): Promise<void> {
    const version = vault.newest + 1;
    const key = Buffer.from(random.bytes(KEY_BYTES));
    try {
      await store.write({
        statements: [
          {
            sql: 'INSERT INTO file_keys (version, sealed_key, created_at) VALUES (?, ?, ?)',
            params: [version, cipher.seal(placeOf(version), key.toString('base64url')), clock.now()],
          },
          { sql: "DELETE FROM file_key_work WHERE state = 'stopped'", params: [] },
          {
            sql: `INSERT INTO file_key_work (id, version, cursor, sealed, damaged, state) VALUES (1, ?, '', 0, 0, 'running')`,
            params: [version],
          },
        ],
        events: [call.event({ target: String(version), outcome: 'intent' })],
      });
      vault.addVersion(version, key);
    } catch (problem) {
      if (!(problem instanceof StoreError) || problem.problem !== 'constraint') throw problem;
      throw new ConsoleError('CONFLICT', { reason: 'The files are being sealed anew already.' }, problem);
    } finally {
      key.fill(0);
    }
  }

  return {
    read,
    async rotate(call) {
      await inFileTurn(() => keepVersion(call));
      await reach('file-key.kept');
      await running;
      resume();
      return read();
    },
    async cancel(call) {
      const work = await workNow();
      if (work?.state !== 'running') throw new ConsoleError('NOT_FOUND');
      await store.write({
        statements: [
          { sql: "UPDATE file_key_work SET state = 'stopped' WHERE version = ?", params: [work.version] },
        ],
        events: [call.event({ target: String(work.version) })],
      });
      await running;
      return read();
    },
    resume,
    idle: async () => {
      await running;
    },
  };
}
