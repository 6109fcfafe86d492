import type { Permission, Role, SignInNeed } from '../../contract';
import type { AuditDoer, AuditDraft } from '../mechanism/chain';
import type { Claim } from '../mechanism/idempotency';
import type { Page } from '../ports';

/** What somebody may do at the moment of a call. */
export interface Authority {
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** The custom roles among which some of it comes from, each with what it holds. */
  readonly customRoles: readonly { readonly id: string; readonly permissions: ReadonlySet<Permission> }[];
}

/** Who acts. Its id is a pseudonym that the audit chain keeps; names stay in the store. */
export interface Actor extends Authority {
  readonly id: string;
  readonly sessionId: string;
  /** When the session ends at the latest. */
  readonly expiresAt: number;
  /** Milliseconds since the person last proved who they are; infinite when that is not known. */
  readonly provenAgoMs: number;
  /** What the sign-in still waits for. */
  readonly needs: SignInNeed | null;
  /** What of the role's permissions the caller is confined to; `null` for all. */
  readonly scopes: readonly Permission[] | null;
  /** How the API key begins that the call came with; `null` for a session. */
  readonly keyPrefix: string | null;
  /** Aborts when the session ends. */
  readonly ended: AbortSignal;
}

/** What was changed, before and after; `null` where there was, or is, nothing. Only keyed hashes of it are kept. */
export interface Change {
  readonly before: unknown;
  readonly after: unknown;
}

/** What an event says beyond who, when and which procedure. */
export interface EventParts {
  /** Another event than the procedure's own, for a step within it. */
  readonly event?: string;
  readonly target?: string | null;
  readonly outcome?: AuditDraft['outcome'];
  readonly detail?: AuditDraft['detail'];
  /** Who acts, when the call itself finds that out (a sign-in). */
  readonly actor?: string;
  readonly change?: Change;
}

/** One call on its way through the door, as the capability that answers it sees it. */
export interface Call {
  readonly procedure: string;
  /** `null` for a public procedure without a session. */
  readonly actor: Actor | null;
  /** Where the call comes from: a window's or a connection's name. */
  readonly source: string;
  /** The page that made the call; `null` where passkeys cannot be used. */
  readonly page: Page | null;
  readonly signal: AbortSignal;
  /** What a procedure that answers again by itself ties to what it makes; `null` without an idempotency key. */
  readonly claim: Claim | null;
  /** The audit event of this call, to be written in the transaction of what it records. */
  event(parts?: EventParts): AuditDraft;
  /** Who acts, for events that are written when the call has long been answered. */
  by(): AuditDoer;
  /** Names the break-glass grant, or the word of a second person, in every event of this call from now on. */
  actUnder(warrant: { readonly grant?: string | null; readonly approval?: string | null }): void;
  /** Hands the transport a credential to keep for its next calls, or takes the one it has. */
  issueCredential(credential: string | null): void;
}

/** The actor of a call whose procedure demands a session; the door has made sure that there is one. */
export function actorOf(call: Call): Actor {
  if (!call.actor) throw new Error(`${call.procedure} was called without an actor`);
  return call.actor;
}
