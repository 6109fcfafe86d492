import { createHash } from 'node:crypto';
import {
  ConsoleError,
  type PlanId,
  Residency,
  type Tenant,
  type TenantHealth,
  type TenantState,
} from '../../../contract';
import { bulkInsert } from '../../mechanism/store';
import type { SqlRow, Statement } from '../../ports';
import type { ControlContext } from '../context';

/** A tenant as the catalogue holds it. */
export interface TenantRecord extends Omit<Tenant, 'health'> {
  /** Fingerprint of its database key; a key that does not match is not tried. */
  readonly keyFingerprint: string | null;
  readonly keyCreatedAt: number | null;
  /** The public halves of the keys that sign its tokens: SPKI in DER, base64. None while it is made. */
  readonly tokenKeys: readonly string[];
}

export const TENANT_INSERT = bulkInsert('tenants', [
  'id',
  'name',
  'domain',
  'plan',
  'residency',
  'model',
  'state',
  'key_fingerprint',
  'key_created_at',
  'token_key',
  'created_at',
  'updated_at',
  'revision',
  'mac',
]);

/** Says that a key is the one that was used, and nothing about the key. */
export function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256').update('riscura/key-fingerprint/v1').update(key).digest('hex').slice(0, 32);
}

function rowFrom(record: TenantRecord): SqlRow {
  return {
    id: record.id,
    name: record.name,
    domain: record.domain,
    plan: record.plan,
    residency: JSON.stringify(record.residency),
    model: record.model,
    state: record.state,
    key_fingerprint: record.keyFingerprint,
    key_created_at: record.keyCreatedAt,
    token_key: record.tokenKeys.length === 0 ? null : record.tokenKeys.join(' '),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    revision: record.revision,
  };
}

function recordFrom(row: SqlRow): TenantRecord {
  return {
    id: String(row.id),
    name: String(row.name),
    domain: String(row.domain),
    plan: row.plan as PlanId,
    residency: Residency.parse(JSON.parse(String(row.residency))),
    model: String(row.model),
    state: row.state as TenantState,
    keyFingerprint: row.key_fingerprint === null ? null : String(row.key_fingerprint),
    keyCreatedAt: row.key_created_at === null ? null : Number(row.key_created_at),
    tokenKeys: row.token_key === null ? [] : String(row.token_key).split(' '),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    revision: Number(row.revision),
  };
}

/** All tenants, checked against their seals and kept in memory; the catalogue has no other writer. */
export interface TenantRecords {
  all(): readonly TenantRecord[];
  /** @throws ConsoleError NOT_FOUND */
  require(id: string): TenantRecord;
  /** By id or by domain. */
  find(address: string): TenantRecord | null;
  /** The values of a new record, for its bulk insert. */
  insertValues(record: TenantRecord): (string | number | null)[];
  /** The statement that makes a record the next one, guarded by the revision before. */
  update(record: TenantRecord, changes: Partial<TenantRecord>): { next: TenantRecord; statement: Statement };
  /** Takes a record into memory after it was written. */
  keep(record: TenantRecord): void;
  forget(id: string): void;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when a row was edited outside the console */
export async function openTenantRecords(context: ControlContext): Promise<TenantRecords> {
  const { store, seals, ports } = context;
  const rows = await store.read('SELECT * FROM tenants');
  const records = new Map<string, TenantRecord>();
  const ids = new Map<string, string>();
  for (const row of rows) keep(recordFrom(seals.tenants.require(row)));

  function keep(record: TenantRecord): void {
    forget(record.id);
    records.set(record.id, record);
    ids.set(record.domain, record.id);
  }

  function forget(id: string): void {
    const known = records.get(id);
    if (known && ids.get(known.domain) === id) ids.delete(known.domain);
    records.delete(id);
  }

  return {
    all: () => [...records.values()],

    require(id) {
      const record = records.get(id);
      if (!record) throw new ConsoleError('NOT_FOUND');
      return record;
    },

    find(address) {
      return records.get(address) ?? records.get(ids.get(address.toLowerCase()) ?? '') ?? null;
    },

    insertValues(record) {
      const row = rowFrom(record);
      const mac = seals.tenants.of(row);
      return [
        ...Object.values(row).map((value) => (value instanceof Uint8Array ? null : (value ?? null))),
        mac,
      ];
    },

    update(record, changes) {
      const next = { ...record, ...changes, revision: record.revision + 1, updatedAt: ports.clock.now() };
      const { id, created_at: _created, ...row } = rowFrom(next);
      const columns = Object.keys(row);
      return {
        next,
        statement: {
          sql: `UPDATE tenants SET ${columns.map((column) => `${column} = ?`).join(', ')}, mac = ? WHERE id = ? AND revision = ?`,
          params: [...Object.values(row), seals.tenants.of(rowFrom(next)), id ?? null, record.revision],
          expect: 1,
        },
      };
    },

    keep,
    forget,
  };
}

/** A record as callers see it. */
export function tenantFrom(record: TenantRecord, health: TenantHealth): Tenant {
  const { keyFingerprint: _fingerprint, keyCreatedAt: _created, tokenKeys: _token, ...tenant } = record;
  return { ...tenant, health };
}
