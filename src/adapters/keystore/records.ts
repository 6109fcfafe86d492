import { z } from 'zod';
import type { KeyName } from '../../engine/ports';

const KEY_BYTES = 32;

const Common = { version: z.literal(1), id: z.string(), createdAt: z.number().int() };
const KeyRecord = z.strictObject({
  ...Common,
  purpose: z.enum(['installation', 'installation-next', 'tenant', 'tenant-next']),
  key: z.base64(),
});
const SecretRecord = z.strictObject({
  ...Common,
  purpose: z.enum(['provider', 'checkpoint']),
  secret: z.string(),
});

/** The account under which something is kept. */
export function accountOf(name: KeyName): string {
  return name.kind === 'installation' || name.kind === 'installation-next'
    ? name.kind
    : `${name.kind}:${idOf(name)}`;
}

/** The text that keeps a key. */
export function writeKeyRecord(name: KeyName, key: Uint8Array, createdAt: number): string {
  return JSON.stringify({
    version: 1,
    id: idOf(name),
    purpose: name.kind,
    key: Buffer.from(key).toString('base64'),
    createdAt,
  });
}

/** The text that keeps a provider's secret. */
export function writeSecretRecord(name: KeyName, secret: string, createdAt: number): string {
  return JSON.stringify({ version: 1, id: idOf(name), purpose: name.kind, secret, createdAt });
}

/** The key in a text; `null` when it is not the record of this very name. */
export function readKeyRecord(name: KeyName, text: string): Uint8Array | null {
  const record = KeyRecord.safeParse(parse(text));
  if (!record.success || record.data.purpose !== name.kind || record.data.id !== idOf(name)) return null;
  const key = Buffer.from(record.data.key, 'base64');
  return key.length === KEY_BYTES ? new Uint8Array(key) : null;
}

/** The secret in a text; `null` when it is not the record of this very name. */
export function readSecretRecord(name: KeyName, text: string): string | null {
  const record = SecretRecord.safeParse(parse(text));
  if (!record.success || record.data.purpose !== name.kind || record.data.id !== idOf(name)) return null;
  return record.data.secret;
}

function idOf(name: KeyName): string {
  switch (name.kind) {
    case 'installation':
    case 'installation-next':
      return 'installation';
    case 'tenant':
    case 'tenant-next':
      return name.tenantId;
    case 'provider':
      return name.providerId;
    case 'checkpoint':
      return name.owner;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no record of ours, which the caller says. The text itself must not get into an error.
    return null;
  }
}
