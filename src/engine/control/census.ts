import { ConsoleError } from '../../contract';
import type { AuditPlace } from '../mechanism/chain';
import type { RowSeal } from '../mechanism/rowSeal';
import type { Store, Write } from '../mechanism/store';
import type { Statement } from '../ports';

/** The tables whose rows carry a seal. */
const TABLES = [
  'declared_hosts',
  'model_files',
  'model_prices',
  'operators',
  'providers',
  'second_factors',
  'settings',
  'tenants',
] as const;
export type SealedTable = (typeof TABLES)[number];

type Counts = Readonly<Record<SealedTable, number>>;

const NAME = 'census';
/** A table that came after the census was written last has no row yet. */
const NONE = Object.fromEntries(TABLES.map((table) => [table, 0])) as Counts;

/**
 * How many rows each sealed table has, sealed itself: a seal tells a row that was edited or added by hand, the
 * census one that was taken out. An older copy of a row that is put back is not told; that takes a revision that is
 * kept outside the catalogue.
 */
export interface Census {
  /**
   * Writes what changes how many rows a sealed table has, together with the new count. One such write after the
   * other.
   */
  write(change: Partial<Counts>, write: Write): Promise<AuditPlace[]>;
}

interface Parts {
  readonly store: Store;
  readonly seal: RowSeal;
}

async function countRows(store: Store): Promise<Counts> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const [row] = await store.read(`SELECT ${counts.join(', ')}`);
  return Object.fromEntries(TABLES.map((table) => [table, Number(row?.[table])])) as Counts;
}

function sealed({ seal }: Parts, counts: Counts, revision: number) {
  const row = { name: NAME, value: JSON.stringify(counts), revision };
  return { ...row, mac: seal.of(row) };
}

/** Holds only when the tables then have as many rows as it says: a mistake of ours must not look like tampering. */
function update(parts: Parts, counts: Counts, revision: number): Statement {
  const row = sealed(parts, counts, revision);
  const tables = TABLES.map((table) => `AND (SELECT count(*) FROM ${table}) = ?`);
  return {
    sql: `UPDATE settings SET value = ?, revision = ?, mac = ? WHERE name = ? AND revision = ? ${tables.join(' ')}`,
    params: [row.value, row.revision, row.mac, NAME, revision - 1, ...TABLES.map((table) => counts[table])],
    expect: 1,
  };
}

/** Whether nothing was ever written to the catalogue. */
export async function isUnused(store: Store): Promise<boolean> {
  const counts = await countRows(store);
  return store.auditHead().sequence === 0 && TABLES.every((table) => counts[table] === 0);
}

/** The first census of a new catalogue. `settings` are the rows written with it, besides its own. */
export function firstCensus(parts: Parts, settings: number): Statement {
  const row = sealed(parts, { ...NONE, settings: settings + 1 }, 1);
  return {
    sql: 'INSERT INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
    params: [row.name, row.value, row.revision, row.mac],
  };
}

/** @throws ConsoleError INSTALLATION_TAMPERED when a sealed table has other rows than were written */
export async function openCensus(parts: Parts): Promise<Census> {
  const { store, seal } = parts;
  let current = await load();
  let turn: Promise<unknown> = Promise.resolve();
  const found = await countRows(store);
  const wrong = TABLES.find((table) => found[table] !== current.counts[table]);
  if (wrong !== undefined) throw tampered(`Rows of “${wrong}” were added or taken out.`);

  async function load(): Promise<{ counts: Counts; revision: number }> {
    const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [NAME]);
    if (!row) throw tampered('The count of the sealed rows was taken out.');
    const kept = seal.require(row);
    return {
      counts: { ...NONE, ...(JSON.parse(String(kept.value)) as Partial<Counts>) },
      revision: Number(kept.revision),
    };
  }

  async function writeNext(change: Partial<Counts>, write: Write): Promise<AuditPlace[]> {
    const { counts, revision } = current;
    const next = Object.fromEntries(
      TABLES.map((table) => [table, counts[table] + (change[table] ?? 0)]),
    ) as Counts;
    const statements = [...(write.statements ?? []), update(parts, next, revision + 1)];
    try {
      const places = await store.write({ ...write, statements });
      current = { counts: next, revision: revision + 1 };
      return places;
    } catch (problem) {
      // Whether it was written may be unknown.
      current = await load();
      throw problem;
    }
  }

  return {
    write(change, write) {
      const written = turn.then(() => writeNext(change, write));
      turn = written.catch(() => undefined);
      return written;
    },
  };
}

function tampered(reason: string): ConsoleError {
  return new ConsoleError('INSTALLATION_TAMPERED', { reason });
}
