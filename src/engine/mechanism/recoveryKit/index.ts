import { createHash, timingSafeEqual } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { ConsoleError } from '../../../contract';
import { type KitLabel, readSheet, type Sheet, writeSheet } from './sheet';

export { decodeBase32, encodeBase32 } from './base32';
export { type KitLabel, NIL_SUBJECT, readSheet, type Sheet } from './sheet';

const KEY_BYTES = 32;
const CHECK_BYTES = 8;

/** Tells a key that was combined from the right sheets from one that was not. */
function checkOf(label: KitLabel, key: Uint8Array): Buffer {
  const hash = createHash('sha256').update('riscura/kit-check/v1').update(label.kitId, 'hex').update(key);
  return hash.digest().subarray(0, CHECK_BYTES);
}

/**
 * Splits a key into the sheets of a kit (Shamir's scheme over GF(256), `shamir-secret-sharing`): `threshold` of them
 * restore it, fewer say nothing about it.
 * @param key 32 bytes
 * @returns the text of each sheet
 */
export async function makeKit(key: Uint8Array, label: KitLabel): Promise<string[]> {
  if (key.length !== KEY_BYTES) throw new RangeError('the key of a kit has 32 bytes');
  const secret = Buffer.concat([key, checkOf(label, key)]);
  const shares = await split(Uint8Array.from(secret), label.shares, label.threshold);
  secret.fill(0);
  return shares.map((share, at) => {
    const text = writeSheet({ label, index: at + 1, share });
    share.fill(0);
    return text;
  });
}

function refuse(reason: string): never {
  throw new ConsoleError('KIT_REFUSED', { reason });
}

/** Reads sheets and makes sure that they belong together. @throws ConsoleError KIT_REFUSED saying which does not */
export function readSheets(texts: readonly string[]): [Sheet, ...Sheet[]] {
  const sheets = texts.map(
    (text, at) =>
      readSheet(text) ?? refuse(`Sheet ${at + 1} of those entered has a letter that is wrong or missing.`),
  );
  const [first, ...others] = sheets;
  if (!first) refuse('No sheet was entered.');
  const seen = new Set([first.index]);
  for (const [at, sheet] of others.entries()) {
    if (JSON.stringify(sheet.label) !== JSON.stringify(first.label)) {
      refuse(
        `Sheet ${at + 2} of those entered belongs to another kit (${sheet.label.kitId}) than the first (${first.label.kitId}).`,
      );
    }
    if (seen.has(sheet.index)) refuse(`Sheet no. ${sheet.index} was entered twice.`);
    seen.add(sheet.index);
  }
  return [first, ...others];
}

/**
 * Restores the key of a kit.
 * @returns the key, to be overwritten by the caller, and what the kit is for
 * @throws ConsoleError KIT_REFUSED saying which sheet is wrong, of another kit, entered twice, or how many are missing
 */
export async function openKit(texts: readonly string[]): Promise<{ key: Uint8Array; label: KitLabel }> {
  const sheets = readSheets(texts);
  const { label } = sheets[0];
  const missing = label.threshold - sheets.length;
  if (missing > 0) {
    refuse(`${label.threshold} sheets are needed; ${missing === 1 ? 'one is' : `${missing} are`} missing.`);
  }
  const secret = await combine(sheets.map(({ share }) => Uint8Array.from(share)));
  const key = Uint8Array.from(secret.subarray(0, KEY_BYTES));
  const check = secret.subarray(KEY_BYTES);
  const holds = check.length === CHECK_BYTES && timingSafeEqual(check, checkOf(label, key));
  secret.fill(0);
  if (holds) return { key, label };
  key.fill(0);
  refuse('The sheets do not give a key together: at least one is not what was printed.');
}
