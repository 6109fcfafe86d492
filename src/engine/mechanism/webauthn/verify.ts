import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers';
import type { PasskeyAnswer, PasskeyMade } from '../../../contract';
import type { Page } from '../../ports';

/** Ed25519, ECDSA with P-256, and RSA, which the TPMs of older machines have (RFC 9053, RFC 8812). */
export const ALGORITHMS = [-8, -7, -257];

/** Why an answer does not count. The audit chain has the word, the log the cause. */
export class KeyRefused extends Error {
  constructor(
    readonly why: 'challenge' | 'unknown' | 'answer' | 'counter',
    options?: ErrorOptions,
  ) {
    super(`a key was refused: ${why}`, options);
    this.name = 'KeyRefused';
  }
}

/** What is kept of a key. */
export interface PublicKey {
  /** The id of the credential, base64url. */
  readonly credential: string;
  /** As COSE (RFC 9052), base64url. */
  readonly publicKey: string;
  readonly aaguid: string;
  readonly transports: readonly string[];
  /** Whether it may be copied to other devices (the flag BE). */
  readonly canBeCopied: boolean;
  /** Whether a copy was kept elsewhere (the flag BS). */
  readonly backedUp: boolean;
}

/** What an answer must fit. */
export interface Expected {
  readonly challenge: string;
  readonly page: Page;
  /** Whether the authenticator must have asked for finger, face or PIN (the flag UV). */
  readonly userVerified: boolean;
}

/** The challenge that a browser says it answers. @throws KeyRefused when it says nothing that can be read */
export function challengeOf({ response }: PasskeyAnswer | PasskeyMade): string {
  const { challenge, crossOrigin } = refusing(() => decodeClientDataJSON(response.clientDataJSON));
  // A page in the frame of another is none of ours.
  if (crossOrigin || typeof challenge !== 'string') throw new KeyRefused('answer');
  return challenge;
}

/**
 * Verifies what a browser made (WebAuthn Level 3, 7.1). The maker of the authenticator is not asked for: only the
 * formats that need no certificates, which a browser sends for `none`, are read.
 * @throws KeyRefused
 */
export async function verifyMade(
  made: PasskeyMade,
  { challenge, page, userVerified }: Expected,
): Promise<PublicKey & { readonly counter: number }> {
  refusing(() => requireNoCertificates(made.response.attestationObject));
  const { registrationInfo: info } = await refused(
    verifyRegistrationResponse({
      response: { ...made, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: page.origin,
      expectedRPID: page.host,
      requireUserVerification: userVerified,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (info?.credential.id !== made.id) throw new KeyRefused('answer');
  return {
    credential: info.credential.id,
    publicKey: isoBase64URL.fromBuffer(info.credential.publicKey),
    counter: info.credential.counter,
    aaguid: info.aaguid,
    transports: made.response.transports,
    canBeCopied: info.credentialDeviceType === 'multiDevice',
    backedUp: info.credentialBackedUp,
  };
}

/**
 * Verifies the answer of a key (WebAuthn Level 3, 7.2). A counter that does not grow is told only when the signature is
 * right: then there are two of a key that cannot be copied.
 * @param counter as the key said it last
 * @throws KeyRefused
 */
export async function verifyAnswer(
  answer: PasskeyAnswer,
  key: PublicKey & { readonly counter: number },
  { challenge, page, userVerified }: Expected,
): Promise<{ readonly counter: number; readonly backedUp: boolean }> {
  const { userHandle, ...response } = answer.response;
  const { verified, authenticationInfo: info } = await refused(
    verifyAuthenticationResponse({
      response: { ...answer, response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: page.origin,
      expectedRPID: page.host,
      requireUserVerification: userVerified,
      credential: { id: key.credential, publicKey: isoBase64URL.toBuffer(key.publicKey), counter: 0 },
    }),
  );
  const isCopyable = info.credentialDeviceType === 'multiDevice';
  if (!verified || isCopyable !== key.canBeCopied) throw new KeyRefused('answer');
  const { newCounter: counter, credentialBackedUp: backedUp } = info;
  if ((counter > 0 || key.counter > 0) && counter <= key.counter) throw new KeyRefused('counter');
  return { counter, backedUp };
}

function requireNoCertificates(attestationObject: string): void {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = attestation.get('fmt');
  const signsItself = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined;
  if (format !== 'none' && !signsItself) throw new KeyRefused('answer');
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof KeyRefused ? cause : new KeyRefused('answer', { cause });
  }
}

async function refused<T>(verification: Promise<T>): Promise<T> {
  try {
    return await verification;
  } catch (cause) {
    throw new KeyRefused('answer', { cause });
  }
}
