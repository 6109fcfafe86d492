import { z } from 'zod';
import { ConsoleError, GroupMapping, type SsoDraft, type SsoProvider, SsoSettings } from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { SqlRow, Statement } from '../../ports';
import type { RuntimeContext } from '../context';

const INSERT = bulkInsert('sso_providers', [
  'id',
  'name',
  'state',
  'settings',
  'sealed_secret',
  'mappings',
  'default_role',
  'adopt_existing',
  'grace_minutes',
  'changed_at',
  'revision',
]);

const SELECT = `SELECT p.*, (SELECT count(*) FROM sso_people s WHERE s.provider_id = p.id) AS people
  FROM sso_providers p`;

/** A provider as it is kept: its secret stays sealed until it is needed. */
export interface ProviderRecord extends Omit<SsoProvider, 'addresses'> {
  readonly sealedSecret: string | null;
}

/** A provider of one kind. */
export interface ProviderOf<Kind extends SsoSettings['kind']> extends ProviderRecord {
  readonly settings: Extract<SsoSettings, { kind: Kind }>;
}

/** What is written down of one, of one kind. */
export type DraftOf<Kind extends SsoSettings['kind']> = SsoDraft & {
  readonly settings: Extract<SsoSettings, { kind: Kind }>;
};

/** An OpenID provider. */
export type OidcRecord = ProviderOf<'oidc'>;

export function isDraftOf<Kind extends SsoSettings['kind']>(
  draft: SsoDraft,
  kind: Kind,
): draft is DraftOf<Kind> {
  return draft.settings.kind === kind;
}

export function isOfKind<Kind extends SsoSettings['kind']>(
  record: ProviderRecord,
  kind: Kind,
): record is ProviderOf<Kind> {
  return record.settings.kind === kind;
}

/** The providers of sign-on of one tenant. */
export interface Providers {
  all(): Promise<ProviderRecord[]>;
  /** @throws ConsoleError NOT_FOUND */
  require(id: string): Promise<ProviderRecord>;
  /** @throws ConsoleError NOT_FOUND, or CONFLICT when somebody changed it meanwhile */
  requireRevision(id: string, revision: number): Promise<ProviderRecord>;
  /** The secret, `''` when there is none. */
  secretOf(record: ProviderRecord): string;
  /** @param secret in the clear; `null` for none */
  rowOf(id: string, draft: SsoDraft, secret: string | null): Rows;
  update(record: ProviderRecord, draft: SsoDraft): Statement;
}

export function createProviders({ store, cipher, clock }: RuntimeContext): Providers {
  const place = (id: string) => ({ table: 'sso_providers', column: 'sealed_secret', row: id });

  async function find(id: string): Promise<ProviderRecord> {
    const [row] = await store.read(`${SELECT} WHERE p.id = ?`, [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return recordFrom(row);
  }

  function seal(id: string, secret: string | null): string | null {
    return secret ? cipher.seal(place(id), secret) : null;
  }

  return {
    all: async () => (await store.read(`${SELECT} ORDER BY p.name, p.id`)).map(recordFrom),
    require: find,
    async requireRevision(id, revision) {
      const record = await find(id);
      if (record.revision !== revision) throw new ConsoleError('CONFLICT');
      return record;
    },
    secretOf: ({ id, sealedSecret }) => (sealedSecret === null ? '' : cipher.open(place(id), sealedSecret)),
    rowOf: (id, draft, secret) => ({
      into: INSERT,
      rows: [
        [
          id,
          draft.name,
          'disabled',
          JSON.stringify(draft.settings),
          seal(id, secret),
          JSON.stringify(draft.mappings),
          draft.defaultRole,
          draft.adoptExisting ? 1 : 0,
          draft.graceMinutes,
          clock.now(),
          1,
        ],
      ],
    }),
    update: (record, draft) => ({
      sql: `UPDATE sso_providers SET name = ?, settings = ?, sealed_secret = ?, mappings = ?, default_role = ?,
              adopt_existing = ?, grace_minutes = ?, changed_at = ?, revision = revision + 1
            WHERE id = ? AND revision = ?`,
      params: [
        draft.name,
        JSON.stringify(draft.settings),
        draft.secret === null ? record.sealedSecret : seal(record.id, draft.secret),
        JSON.stringify(draft.mappings),
        draft.defaultRole,
        draft.adoptExisting ? 1 : 0,
        draft.graceMinutes,
        clock.now(),
        record.id,
        record.revision,
      ],
      expect: 1,
    }),
  };
}

function recordFrom(row: SqlRow): ProviderRecord {
  return {
    id: String(row.id),
    name: String(row.name),
    state: row.state === 'enabled' ? 'enabled' : 'disabled',
    settings: SsoSettings.parse(JSON.parse(String(row.settings))),
    mappings: z.array(GroupMapping).parse(JSON.parse(String(row.mappings))),
    defaultRole: row.default_role as SsoProvider['defaultRole'],
    adoptExisting: row.adopt_existing === 1,
    graceMinutes: Number(row.grace_minutes),
    hasSecret: row.sealed_secret !== null,
    people: Number(row.people),
    checkedAt: row.checked_at === null ? null : Number(row.checked_at),
    problem: row.problem === null ? null : String(row.problem),
    changedAt: Number(row.changed_at),
    revision: Number(row.revision),
    sealedSecret: row.sealed_secret === null ? null : String(row.sealed_secret),
  };
}

/** A record as callers see it. */
export function providerFrom(
  { sealedSecret: _secret, ...provider }: ProviderRecord,
  addresses: SsoProvider['addresses'],
): SsoProvider {
  return { ...provider, addresses };
}
