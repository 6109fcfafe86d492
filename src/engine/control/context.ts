import type { Plan, PublicSigningKey } from '../../contract';
import type { ApiKeySeal } from '../mechanism/apiKeys';
import type { AuditSigner } from '../mechanism/chain';
import type { PolicyKeeper, SecretKeeper } from '../mechanism/credentials';
import type { NewId } from '../mechanism/ids';
import type { CommonPasswords } from '../mechanism/passwords';
import type { RowSeal } from '../mechanism/rowSeal';
import { createRowSeal } from '../mechanism/rowSeal';
import type { StatementKeys } from '../mechanism/statements';
import type { Store } from '../mechanism/store';
import type { RefreshSeal, TokenKeys } from '../mechanism/tokens';
import type { EnginePorts } from '../ports';
import type { Census } from './census';

/** The seals of the rows that decide something. */
export interface CatalogSeals {
  readonly operators: RowSeal;
  readonly tenants: RowSeal;
  readonly settings: RowSeal;
  readonly declaredHosts: RowSeal;
  readonly providers: RowSeal;
  readonly modelPrices: RowSeal;
  readonly modelFiles: RowSeal;
  readonly secondFactors: RowSeal;
  readonly statementKeys: RowSeal;
}

/** What the capabilities of the installation share. */
export interface ControlContext {
  readonly ports: EnginePorts;
  readonly store: Store;
  readonly seals: CatalogSeals;
  /** Through it goes every write that adds or removes rows with a seal. */
  readonly census: Census;
  readonly newId: NewId;
  /** Signs the checkpoints of one audit chain: `installation` or `tenant:ID`. */
  readonly auditSigner: (origin: string) => AuditSigner;
  readonly plans: readonly Plan[];
  /** How a recovery kit names the key of the installation. */
  readonly keyMark: string;
  readonly statementKeys: StatementKeys;
  /** The keys that sign audit checkpoints, or did. */
  readonly checkpointKeys: readonly PublicSigningKey[];
  /** Tenants whose key is being rotated: they are neither suspended nor deleted meanwhile. */
  readonly rotating: Set<string>;
  readonly commonPasswords: CommonPasswords;
  /** What the installation asks of passwords, sessions and second factors. */
  readonly identityPolicy: PolicyKeeper;
  /** Seals what operators' accounts hold, and hashes what only has to be compared. */
  readonly secrets: SecretKeeper;
  readonly apiKeySeal: ApiKeySeal;
  readonly refreshSeal: RefreshSeal;
  /** The keys that sign the tokens of operators. */
  readonly tokens: TokenKeys;
  /** Aborts when the engine closes. */
  readonly closing: AbortSignal;
}

/** @param key 32 bytes for this purpose alone */
export function createSeals(key: Uint8Array): CatalogSeals {
  return {
    operators: createRowSeal(key, 'operators', ['id', 'name', 'email', 'password', 'created_at', 'revision']),
    tenants: createRowSeal(key, 'tenants', [
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
      'revision',
    ]),
    settings: createRowSeal(key, 'settings', ['name', 'value', 'revision']),
    declaredHosts: createRowSeal(key, 'declared_hosts', ['host', 'port', 'purpose', 'declared_at']),
    providers: createRowSeal(key, 'providers', [
      'id',
      'kind',
      'name',
      'base_url',
      'place',
      'region',
      'has_key',
    ]),
    modelPrices: createRowSeal(key, 'model_prices', ['model', 'price']),
    secondFactors: createRowSeal(key, 'second_factors', [
      'id',
      'person_id',
      'kind',
      'sealed_secret',
      'created_at',
    ]),
    statementKeys: createRowSeal(key, 'statement_keys', ['version', 'public_key']),
    modelFiles: createRowSeal(key, 'model_files', ['id', 'name', 'size_bytes', 'sha256', 'summary']),
  };
}
