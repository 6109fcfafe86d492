import {
  ConsoleError,
  Id,
  type PasskeyAnswer,
  type PasskeyCreation,
  type PasskeyKind,
  type PasskeyRequest,
} from '../../../contract';
import type { Page } from '../../ports';
import { CEREMONY_MS } from './ceremonies';
import { ALGORITHMS, type PublicKey } from './verify';

/** @throws ConsoleError NOT_ALLOWED where the call comes from no page that can speak to a key */
export function requirePage({ page }: { readonly page: Page | null }): Page {
  if (page) return page;
  throw new ConsoleError('NOT_ALLOWED', {
    reason:
      'Passkeys and security keys work only in the web console, under a host name. Open it in a browser for that.',
  });
}

/** What a browser makes a key with. The user handle is the person’s id, which says nothing about them (14.6.1). */
export function creationOptions(options: {
  readonly challenge: string;
  readonly page: Page;
  readonly kind: PasskeyKind;
  readonly person: { readonly id: string; readonly name: string; readonly email: string };
  readonly issuer: string;
  readonly present: readonly PublicKey[];
}): PasskeyCreation {
  const { challenge, page, kind, person, issuer, present } = options;
  const alone = kind === 'passkey';
  return {
    rp: { id: page.host, name: issuer },
    user: {
      id: Buffer.from(person.id).toString('base64url'),
      name: person.email,
      displayName: person.name,
    },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CEREMONY_MS,
    excludeCredentials: present.map(descriptorOf),
    authenticatorSelection: {
      residentKey: alone ? 'required' : 'discouraged',
      requireResidentKey: alone,
      userVerification: alone ? 'required' : 'preferred',
    },
    attestation: 'none',
  };
}

/** What a browser asks keys with; without any given, its passkeys for a sign-in with nothing else. */
export function requestOptions(challenge: string, page: Page, keys: readonly PublicKey[]): PasskeyRequest {
  return {
    rpId: page.host,
    challenge,
    timeout: CEREMONY_MS,
    allowCredentials: keys.map(descriptorOf),
    userVerification: keys.length === 0 ? 'required' : 'preferred',
  };
}

function descriptorOf({ credential, transports }: PublicKey) {
  return { id: credential, type: 'public-key' as const, transports: [...transports] };
}

/** Whom the authenticator says that a passkey is of; `null` when that is nobody’s id. */
export function holderOf({ response: { userHandle } }: PasskeyAnswer): string | null {
  const id = Id.safeParse(Buffer.from(userHandle ?? '', 'base64url').toString());
  return id.success ? id.data : null;
}
