import { z } from 'zod';
import { Role } from './permissions';
import { Timestamp } from './values';

/** What a new password must be, and for how long it is good. */
export const PasswordPolicy = z.object({
  /** In characters as a person counts them, not in bytes. */
  minimumLength: z.number().int().min(8).max(64),
  /** Of the four classes (small letters, capitals, digits, other signs) so many must occur; 0 asks for none. */
  characterClasses: z.number().int().min(0).max(4),
  /** So many earlier passwords of the same person are refused, the present one among them. */
  history: z.number().int().min(0).max(24),
  /** After so many days a new one is asked for at sign-in; `null`: never. */
  maximumAgeDays: z.number().int().min(1).max(3650).nullable(),
});
export type PasswordPolicy = z.infer<typeof PasswordPolicy>;

/** How long a session lives. */
export const SessionPolicy = z.object({
  /** Minutes without a call after which it ends. */
  idleMinutes: z.number().int().min(1).max(1440),
  /** Minutes after which it ends however much it is used. */
  absoluteMinutes: z
    .number()
    .int()
    .min(5)
    .max(30 * 1440),
});
export type SessionPolicy = z.infer<typeof SessionPolicy>;

/** What an administrator sets about signing in: of one tenant, or of the installation for its operators. */
export const IdentityPolicy = z.object({
  password: PasswordPolicy,
  sessions: SessionPolicy,
  /** The roles that cannot sign in without a second factor. */
  secondFactorFor: z.array(Role).max(Role.options.length),
});
export type IdentityPolicy = z.infer<typeof IdentityPolicy>;

/** A policy as it is kept; `revision` is 0 as long as nobody has set one. */
export const KeptIdentityPolicy = IdentityPolicy.extend({ revision: z.number().int().nonnegative() });
export type KeptIdentityPolicy = z.infer<typeof KeptIdentityPolicy>;

/** What holds until an administrator sets another: length counts, composition and age do not (NIST SP 800-63B). */
export const DEFAULT_IDENTITY_POLICY: IdentityPolicy = {
  password: { minimumLength: 12, characterClasses: 0, history: 0, maximumAgeDays: null },
  sessions: { idleMinutes: 60, absoluteMinutes: 720 },
  secondFactorFor: [],
};

/** A rule for passwords in words, and the number in it where there is one. */
export const PasswordRule = z.object({ id: z.string(), text: z.string(), number: z.number().optional() });
export type PasswordRule = z.infer<typeof PasswordRule>;

/** How long an access token is good, in minutes; a refresh secret, rotated at every use, renews it while its session lives. */
export const ACCESS_TOKEN_MINUTES = 10;
/** Days after which the key that signs tokens is rolled by itself. */
export const TOKEN_KEY_DAYS = 30;

/** A key that signs the tokens of sessions: the next one is announced before it signs, the previous one still verifies. */
export const TokenKey = z.object({
  /** As the header of a token names it. */
  kid: z.string(),
  state: z.enum(['next', 'current', 'previous']),
  createdAt: Timestamp,
  /** Since when it signs, or did; `null` for the next one. */
  since: Timestamp.nullable(),
});
export type TokenKey = z.infer<typeof TokenKey>;
