import { z } from 'zod';
import { PasskeyAnswer } from './passkeys';

/** A UUIDv7 (RFC 9562) in lower case: every id of a record. */
export const Id = z.uuidv7();

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const Timestamp = z.number().int().nonnegative();

/** An ISO 4217 currency code. */
export const Currency = z.string().regex(/^[A-Z]{3}$/);

/** Money as an integer count of micro-units (1,000,000 = one unit) of a currency. */
export const Money = z.object({ micros: z.number().int(), currency: Currency });
export type Money = z.infer<typeof Money>;

/** A short single-line text that a person types: a name, a title. */
export const Title = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');

/** A host name without scheme, port or path, such as `acme.example`. */
export const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a host name');

export const EmailAddress = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** A password as typed. Its rules are checked by the engine, which names the rule that failed. */
export const Password = z.string().min(1).max(256);

/** With what somebody proves again who they are: their password, a code of their second factor, or a key. */
export const Proof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), password: Password }),
  z.object({ kind: z.literal('code'), code: z.string().trim().min(6).max(40) }),
  z.object({ kind: z.literal('passkey'), answer: PasskeyAnswer }),
]);
export type Proof = z.infer<typeof Proof>;

/**
 * What is missing before a sign-in counts: the code of a second factor, the setting up of one, a new password.
 * Until then a session may do nothing else.
 */
export const SignInNeed = z.enum(['second-factor', 'enrolment', 'new-password']);
export type SignInNeed = z.infer<typeof SignInNeed>;

/** Why a window's session ends: its person leaves, locks it, or was away for too long. */
export const SignOut = z.object({ reason: z.enum(['signed-out', 'locked', 'idle']).default('signed-out') });

/** How many records a list answers with at most, and where it goes on. */
export const Page = z.object({
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const SortDirection = z.enum(['ascending', 'descending']);
export type SortDirection = z.infer<typeof SortDirection>;

/** A span of time from its beginning to before its end; `null` leaves it open. */
export const Span = z.object({
  from: Timestamp.nullable().default(null),
  to: Timestamp.nullable().default(null),
});
export type Span = z.infer<typeof Span>;

export const Period = z.enum(['24h', '7d', '30d']);
export type Period = z.infer<typeof Period>;
