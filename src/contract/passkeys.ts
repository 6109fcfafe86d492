import { z } from 'zod';

/** Bytes as base64url without padding (RFC 4648, 5), as WebAuthn’s JSON carries them. */
const base64url = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/, 'must be base64url');

/** The id of a credential: at most 1023 bytes (WebAuthn Level 3, 5.1). */
const CredentialId = base64url(1364);
/** Names that authenticators and browsers give to what they speak over; others than these exist. */
const Transports = z.array(z.string().max(32)).max(8);

/**
 * How a key is used: a passkey lies in its authenticator with the account and signs in alone, because the authenticator
 * asks for finger, face or PIN; a security key is asked for after the password.
 */
export const PasskeyKind = z.enum(['passkey', 'security-key']);
export type PasskeyKind = z.infer<typeof PasskeyKind>;

/** What is told about a passkey or a security key. Nothing of it opens anything. */
export const PasskeyFacts = z.object({
  name: z.string(),
  /** The host whose page it was made for; it answers to no other. */
  host: z.string(),
  /** Whether it may be copied to other devices by whoever keeps it. */
  canBeCopied: z.boolean(),
  /** Whether a copy was kept elsewhere when it was used last. */
  backedUp: z.boolean(),
  /** The model of the authenticator as it names itself, unattested. */
  aaguid: z.string(),
  transports: Transports,
});
export type PasskeyFacts = z.infer<typeof PasskeyFacts>;

const Descriptor = z.object({ id: CredentialId, type: z.literal('public-key'), transports: Transports });

/** `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, 5.1.9), the part of it that the console uses. */
export const PasskeyCreation = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
  timeout: z.number().int(),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({
    residentKey: z.enum(['required', 'discouraged']),
    requireResidentKey: z.boolean(),
    userVerification: z.enum(['required', 'preferred']),
  }),
  attestation: z.literal('none'),
});
export type PasskeyCreation = z.infer<typeof PasskeyCreation>;

/** `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.1.9), the part of it that the console uses. */
export const PasskeyRequest = z.object({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.number().int(),
  /** Empty where whoever comes is not known yet: the authenticator offers what it has. */
  allowCredentials: z.array(Descriptor),
  userVerification: z.enum(['required', 'preferred']),
});
export type PasskeyRequest = z.infer<typeof PasskeyRequest>;

/** `RegistrationResponseJSON` of a browser, the part of it that is verified. */
export const PasskeyMade = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(8_192),
    attestationObject: base64url(32_768),
    transports: Transports.default([]),
  }),
});
export type PasskeyMade = z.infer<typeof PasskeyMade>;

/** `AuthenticationResponseJSON` of a browser, the part of it that is verified. */
export const PasskeyAnswer = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(8_192),
    signature: base64url(2_048),
    userHandle: base64url(128).nullish(),
  }),
});
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;
