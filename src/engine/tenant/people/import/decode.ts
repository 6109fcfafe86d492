import { ConsoleError, type ImportEncoding } from '../../../../contract';

/** What 0x80 to 0x9F are in windows-1252 (WHATWG Encoding); the rest of it is Latin-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** So much of a file without a mark shows whether every second byte is empty. */
const LOOKED_AT = 4096;

/**
 * The text of a file, without its byte order mark.
 * @param encoding what somebody has chosen; `null` finds it out
 * @throws ConsoleError FILE_REFUSED when it is no text
 */
export function decodeFile(
  bytes: Uint8Array,
  encoding: ImportEncoding | null,
): { text: string; encoding: ImportEncoding } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0x50 && buffer[1] === 0x4b) {
    throw refused('It is a spreadsheet or an archive. Save it as CSV (UTF-8) and choose that file.');
  }
  const found = encoding ?? detect(buffer);
  const text = decode(buffer, found).replace(/^\ufeff/, '');
  if (text.includes('\0') || !text.isWellFormed()) throw refused('It is no text, or in another encoding.');
  return { text, encoding: found };
}

function detect(buffer: Buffer): ImportEncoding {
  const mark = buffer.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf-16le';
  if (mark === 'feff') return 'utf-16be';
  const empty = [0, 0];
  for (const [index, byte] of buffer.subarray(0, LOOKED_AT).entries()) {
    if (byte === 0) empty[index % 2] = (empty[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = empty;
  const many = Math.min(buffer.length, LOOKED_AT) / 8;
  if (odd > many && even === 0) return 'utf-16le';
  if (even > many && odd === 0) return 'utf-16be';
  return isUtf8(buffer) ? 'utf-8' : 'windows-1252';
}

function isUtf8(buffer: Buffer): boolean {
  return utf8(buffer) !== null;
}

function utf8(buffer: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer);
  } catch {
    // Not UTF-8: the caller knows what that means.
    return null;
  }
}

function decode(buffer: Buffer, encoding: ImportEncoding): string {
  if (encoding === 'windows-1252') {
    return buffer
      .toString('latin1')
      .replace(/[\u0080-\u009f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80] ?? sign);
  }
  if (encoding === 'utf-8') {
    const text = utf8(buffer);
    if (text === null) throw refused('It is not UTF-8. Choose the encoding it was saved in.');
    return text;
  }
  if (buffer.length % 2 !== 0) throw refused('It is cut off: UTF-16 has two bytes a letter.');
  return (encoding === 'utf-16be' ? Buffer.from(buffer).swap16() : buffer).toString('utf16le');
}

/** @param reason one sentence for a person */
export function refused(reason: string): ConsoleError {
  return new ConsoleError('FILE_REFUSED', { reason });
}
