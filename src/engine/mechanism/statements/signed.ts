import { createPublicKey, hkdfSync, sign, verify } from 'node:crypto';
import { SignedStatement, type Statement } from '../../../contract';
import { canonicalJson } from '../canonicalJson';
import { keyIdOf } from '../chain';
import { type SigningKey, signingKeyFromSeed } from '../tokens';

const FORMAT = 'riscura-statement/v1';

/** Signs statements as the installation. */
export interface StatementSigner {
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  sign(statement: Statement): SignedStatement;
}

/**
 * The installation's Ed25519 key for statements, out of its key in the keychain (HKDF-SHA256, RFC 5869).
 * @param installationKey 32 bytes; not kept
 * @param version counted from 1; a rotation takes the next
 */
export function statementKey(installationKey: Uint8Array, version: number): SigningKey {
  const purpose = `riscura/installation/statement-signing/v${version}`;
  const seed = Buffer.from(hkdfSync('sha256', installationKey, new Uint8Array(), purpose, 32));
  const key = signingKeyFromSeed(seed);
  seed.fill(0);
  return key;
}

function signedBytes(statement: Statement): Buffer {
  return Buffer.from(`${FORMAT}\n${canonicalJson(statement)}`, 'utf8');
}

export function createStatementSigner({ privateKey, publicKey }: SigningKey): StatementSigner {
  return {
    publicKey,
    sign: (statement) => ({
      format: FORMAT,
      statement,
      keyId: keyIdOf(publicKey),
      publicKey,
      signature: sign(null, signedBytes(statement), privateKey).toString('base64'),
    }),
  };
}

/** What a check of a signed statement found. */
export type StatementVerdict =
  | { readonly ok: true; readonly signed: SignedStatement }
  | { readonly ok: false; readonly words: string };

/**
 * Checks a statement with nothing but a public key.
 * @param text the file
 * @param publicKey SPKI in DER, base64; `null` takes the key that the file names, which proves only that it is whole
 * @throws RangeError when the given key is not the public half of an Ed25519 key
 */
export function verifyStatement(text: string, publicKey: string | null): StatementVerdict {
  const signed = SignedStatement.safeParse(parsed(text));
  if (!signed.success) return { ok: false, words: 'The file is not a signed statement of this console.' };
  const { data } = signed;
  const key = publicKey ?? data.publicKey;
  const verifier = ed25519(key);
  if (data.keyId !== keyIdOf(key)) {
    return {
      ok: false,
      words: `It was signed by another key (${data.keyId}) than the one given (${keyIdOf(key)}).`,
    };
  }
  if (!verify(null, signedBytes(data.statement), verifier, Buffer.from(data.signature, 'base64'))) {
    return {
      ok: false,
      words: 'The signature does not hold: the statement was changed after it was signed.',
    };
  }
  return { ok: true, signed: data };
}

function ed25519(publicKey: string) {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new RangeError('the public key cannot be read', { cause });
  }
  throw new RangeError('the public key is not one of Ed25519');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: then it is no statement, which the caller says.
    return null;
  }
}
