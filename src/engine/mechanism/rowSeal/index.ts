import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConsoleError } from '../../../contract';
import type { SqlRow, SqlValue } from '../../ports';

function canonical(value: SqlValue | undefined): string {
  if (value === undefined || value === null) return 'n';
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  return typeof value === 'number' ? `d${value}` : `s${value}`;
}

/**
 * Seals rows that decide something, so that a file edited outside the console is noticed: HMAC-SHA256 under
 * a key of the installation over the table's name and the sealed columns, each with its length before it.
 */
export interface RowSeal {
  /**
   * The MAC of a row, hexadecimal, to be kept in its column `mac`.
   * @throws RangeError when a text holds NUL: the store would keep another character, and the row would never hold again
   */
  of(row: SqlRow): string;
  /** @throws ConsoleError INSTALLATION_TAMPERED when the MAC is not the row's */
  require<Row extends SqlRow>(row: Row): Row;
}

/**
 * @param key 32 bytes
 * @param table name of the table; a row moved to another one does not verify
 * @param columns the columns that decide, in their order
 */
export function createRowSeal(key: Uint8Array, table: string, columns: readonly string[]): RowSeal {
  function macOf(row: SqlRow): string {
    const mac = createHmac('sha256', key);
    for (const part of [table, ...columns.map((column) => canonical(row[column]))]) {
      mac.update(`${Buffer.byteLength(part)}:`).update(part);
    }
    return mac.digest('hex');
  }

  return {
    of(row) {
      if (columns.some((column) => String(row[column]).includes('\0')))
        throw new RangeError(`a row of “${table}” has NUL in a text`);
      return macOf(row);
    },
    require(row) {
      const kept = Buffer.from(String(row.mac ?? ''), 'utf8');
      const right = Buffer.from(macOf(row), 'utf8');
      if (kept.length === right.length && timingSafeEqual(kept, right)) return row;
      throw new ConsoleError('INSTALLATION_TAMPERED', {
        reason: `A row of “${table}” does not carry its seal.`,
      });
    },
  };
}
