import type { KeptIdentityPolicy, Role } from '../../../contract';
import type { Clock, Page, PasswordHasher, RandomSource, SqlRow, Statement } from '../../ports';
import type { AuditDraft, AuditOutcome } from '../chain';
import type { NewId } from '../ids';
import type { SignInGuard } from '../limiter';
import type { CommonPasswords } from '../passwords';
import type { Sessions } from '../sessions';
import type { Store, Write } from '../store';

/** An account as credentials see it. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly isActive: boolean;
  /** argon2id in PHC form. */
  readonly password: string;
  readonly createdAt: number;
}

/** The accounts of one store. */
export interface Accounts {
  byId(id: string): Promise<Account | null>;
  byEmail(email: string): Promise<Account | null>;
  /** The guarded statement that puts another password into place. */
  setPassword(account: Account, phc: string): Promise<Statement>;
}

/** What came of holding a password against an account. */
export interface ProvenPassword {
  /** Whom it opens; `null` for nobody. */
  readonly account: Account | null;
  /** What the event of a refusal says beside that. */
  readonly detail: AuditDraft['detail'];
}

/** Seals the secrets of second factors, and hashes what only has to be compared. */
export interface SecretKeeper {
  seal(id: string, text: string): string;
  /** @throws SealError when it was changed or moved */
  open(id: string, sealed: string): string;
  /** A keyed hash in hexadecimal. */
  hash(text: string): string;
}

/** How the rows of second factors are kept where the file itself is not encrypted. */
export interface FactorRows {
  /** The seal of a row, empty where the database is encrypted as a whole. */
  macOf(row: SqlRow): string;
  /** @throws ConsoleError INSTALLATION_TAMPERED */
  require(row: SqlRow): SqlRow;
  /** @param added how many rows more there are afterwards */
  write(added: number, write: Write): Promise<unknown>;
}

/** The policy that holds now. */
export interface PolicyKeeper {
  current(): KeptIdentityPolicy;
  /** @throws ConsoleError CONFLICT when the revision is not the present one */
  set(next: KeptIdentityPolicy, event: AuditDraft): Promise<KeptIdentityPolicy>;
}

/** The part of a call that credentials need. */
export interface CredentialCall {
  readonly source: string;
  /** The page that calls; `null` where there is none that can speak to a key. */
  readonly page: Page | null;
  readonly actor: {
    readonly id: string;
    readonly role: Role;
    readonly sessionId: string;
    readonly needs: unknown;
  } | null;
  event(parts?: {
    event?: string;
    actor?: string;
    target?: string | null;
    outcome?: AuditOutcome;
    detail?: AuditDraft['detail'];
    change?: { readonly before: unknown; readonly after: unknown };
  }): AuditDraft;
  issueCredential(credential: string | null): void;
}

/** What credentials are built over: one store, its keys and its policy. */
export interface CredentialParts {
  /** The first part of audit events. */
  readonly who: 'user' | 'operator';
  /** What an authenticator app shows as the place. */
  readonly issuer: () => string;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly newId: NewId;
  readonly hasher: PasswordHasher;
  readonly common: CommonPasswords;
  readonly sessions: Sessions;
  readonly guard: SignInGuard;
  readonly accounts: Accounts;
  /** Takes as long whether there is such an account or not. */
  readonly provePassword: (
    email: string,
    password: string,
    account: Account | null,
  ) => Promise<ProvenPassword>;
  /** Whether the password is kept here, and not by a directory. */
  readonly keepsPassword: (account: Account) => Promise<boolean>;
  /** Whether others say who this is, a directory or a provider, so that nothing kept here signs in alone. */
  readonly vouchedElsewhere: (account: Account) => Promise<boolean>;
  readonly secrets: SecretKeeper;
  readonly factorRows: FactorRows;
  readonly policy: PolicyKeeper;
}
