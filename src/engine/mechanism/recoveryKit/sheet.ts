import { createHash } from 'node:crypto';
import { decodeBase32, encodeBase32 } from './base32';

/** What a kit is for, as each of its sheets says. */
export interface KitLabel {
  readonly kind: 'tenant' | 'installation';
  /** The tenant's id; the nil UUID for the installation. */
  readonly subject: string;
  /** 16 hexadecimal digits that all sheets of one kit share and no other kit has. */
  readonly kitId: string;
  /** The first 16 digits of the key's fingerprint: tells a kit of an earlier key. */
  readonly keyMark: string;
  /** So many sheets restore the key. */
  readonly threshold: number;
  /** So many sheets were made. */
  readonly shares: number;
}

/** One sheet of a kit as it was typed or scanned. */
export interface Sheet {
  readonly label: KitLabel;
  /** Which sheet it is, counted from 1. */
  readonly index: number;
  readonly share: Uint8Array;
}

export const NIL_SUBJECT = '00000000-0000-0000-0000-000000000000';

const PREFIX = 'RISCURA1';
const VERSION = 1;
const KINDS = ['tenant', 'installation'] as const;
const HEADER_BYTES = 37;
const CHECKSUM_BYTES = 4;
const GROUP = 5;

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256')
    .update('riscura/kit-sheet/v1')
    .update(bytes)
    .digest()
    .subarray(0, CHECKSUM_BYTES);
}

/**
 * The text of a sheet: `RISCURA1-` and, in Base32 by groups of five,
 *
 *     version (1) ‖ kind (1) ‖ kit id (8) ‖ subject UUID (16) ‖ key mark (8) ‖ threshold (1) ‖ shares (1) ‖ index (1)
 *     ‖ share ‖ checksum (4: SHA-256 of `riscura/kit-sheet/v1` and all before it)
 */
export function writeSheet({ label, index, share }: Sheet): string {
  const body = Buffer.concat([
    Buffer.from([VERSION, KINDS.indexOf(label.kind)]),
    Buffer.from(label.kitId, 'hex'),
    Buffer.from(label.subject.replaceAll('-', ''), 'hex'),
    Buffer.from(label.keyMark, 'hex'),
    Buffer.from([label.threshold, label.shares, index]),
    share,
  ]);
  const text = encodeBase32(Buffer.concat([body, checksum(body)]));
  return [PREFIX, ...(text.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [])].join('-');
}

/** @returns `null` when the text is not that of a sheet or a letter of it is wrong */
export function readSheet(text: string): Sheet | null {
  const typed = text.replaceAll(/[\s-]/g, '').toUpperCase();
  const bytes = typed.startsWith(PREFIX) ? decodeBase32(typed.slice(PREFIX.length)) : null;
  if (!bytes || bytes.length <= HEADER_BYTES + CHECKSUM_BYTES) return null;
  const body = Buffer.from(bytes.subarray(0, -CHECKSUM_BYTES));
  if (!checksum(body).equals(bytes.subarray(-CHECKSUM_BYTES))) return null;
  const kind = KINDS[body[1] ?? 255];
  if (body[0] !== VERSION || !kind) return null;
  const [threshold = 0, shares = 0, index = 0] = body.subarray(34, HEADER_BYTES);
  const subject = body.toString('hex', 10, 26).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    label: {
      kind,
      subject,
      kitId: body.toString('hex', 2, 10),
      keyMark: body.toString('hex', 26, 34),
      threshold,
      shares,
    },
    index,
    share: body.subarray(HEADER_BYTES),
  };
}
