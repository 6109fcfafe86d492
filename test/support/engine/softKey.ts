import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { PasskeyAnswer, PasskeyCreation, PasskeyMade, PasskeyRequest } from '../../../src/contract';

/** Values as CBOR (RFC 8949): whole numbers, texts, bytes, and maps in the order they are given. */
type Cbor = number | string | Uint8Array | Map<Cbor, Cbor>;

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count]);
  if (count < 256) return Buffer.from([(major << 5) | 24, count]);
  return Buffer.from([(major << 5) | 25, count >> 8, count & 0xff]);
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
}

/** A public key as COSE (RFC 9053). */
function cose(key: KeyObject): Map<Cbor, Cbor> {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  if (key.asymmetricKeyType === 'ed25519') {
    return new Map<Cbor, Cbor>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ]);
  }
  return new Map<Cbor, Cbor>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]);
}

interface Kept {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
}

/** How an authenticator or a browser behaves, where it does not behave as it should. */
export interface Ways {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Whether somebody touched it, and whether it asked for finger, face or PIN. */
  readonly present?: boolean;
  readonly verified?: boolean;
  readonly counter?: number;
  readonly id?: string;
  readonly userHandle?: string | null;
}

const FLAGS = { present: 0x01, verified: 0x04, copyable: 0x08, backedUp: 0x10, attested: 0x40 };

/** An authenticator with the browser before it, after WebAuthn Level 3: real keys, real signatures. */
export function createSoftKey({
  algorithm = 'ES256' as 'ES256' | 'EdDSA',
  copyable = false,
  /** Whether it counts; those that are copied do not. */
  counts = true,
} = {}) {
  const kept = new Map<string, Kept>();
  let counter = 0;

  function clientData(type: string, challenge: string, origin: string, ways: Ways): Buffer {
    const { crossOrigin = false } = ways;
    return Buffer.from(
      JSON.stringify({
        type: ways.type ?? type,
        challenge: ways.challenge ?? challenge,
        origin: ways.origin ?? origin,
        crossOrigin,
      }),
    );
  }

  function authenticatorData(rpId: string, ways: Ways, attested: Uint8Array = Buffer.alloc(0)): Buffer {
    const { present = true, verified = true } = ways;
    if (counts) counter += 1;
    const flags =
      (present ? FLAGS.present : 0) |
      (verified ? FLAGS.verified : 0) |
      (copyable ? FLAGS.copyable | FLAGS.backedUp : 0) |
      (attested.length > 0 ? FLAGS.attested : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(ways.counter ?? counter);
    const hash = createHash('sha256')
      .update(ways.rpId ?? rpId)
      .digest();
    return Buffer.concat([hash, Buffer.from([flags]), count, attested]);
  }

  return {
    /** What `navigator.credentials.create` gives. */
    make(options: PasskeyCreation, origin: string, ways: Ways = {}): PasskeyMade {
      const { publicKey, privateKey } =
        algorithm === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const id = ways.id ?? randomBytes(32).toString('base64url');
      kept.set(id, { id, rpId: options.rp.id, userHandle: options.user.id, privateKey });
      const raw = Buffer.from(id, 'base64url');
      const length = Buffer.from([raw.length >> 8, raw.length & 0xff]);
      const attested = Buffer.concat([Buffer.alloc(16), length, raw, cbor(cose(publicKey))]);
      const authData = authenticatorData(options.rp.id, ways, attested);
      const attestation = new Map<Cbor, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, origin, ways).toString(
            'base64url',
          ),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: ['usb'],
        },
      };
    },

    /** What `navigator.credentials.get` gives. */
    answer(options: PasskeyRequest, origin: string, ways: Ways = {}): PasskeyAnswer {
      const allowed = options.allowCredentials.map(({ id }) => id);
      const key = [...kept.values()].find(({ id }) => allowed.length === 0 || allowed.includes(id));
      if (!key) throw new Error('the authenticator has none of these keys');
      const data = clientData('webauthn.get', options.challenge, origin, ways);
      const authData = authenticatorData(options.rpId, ways);
      const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()]);
      const signature = sign(algorithm === 'EdDSA' ? null : 'sha256', signed, key.privateKey);
      const id = ways.id ?? key.id;
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: ways.userHandle === undefined ? key.userHandle : ways.userHandle,
        },
      };
    },
  };
}

export type SoftKey = ReturnType<typeof createSoftKey>;
