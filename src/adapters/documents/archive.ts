import { inflateRawSync } from 'node:zlib';
import { LIMITS } from './protocol';
import { REASONS, refuse } from './refuse';

const END_OF_DIRECTORY = 0x0605_4b50;
const DIRECTORY_ENTRY = 0x0201_4b50;
const LOCAL_ENTRY = 0x0403_4b50;
const STORED = 0;
const DEFLATED = 8;
/** What is small may be as dense as it likes. */
const RATIO_FROM_BYTES = 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly offset: number;
}

/**
 * Reads the wanted parts of a ZIP archive (APPNOTE 6.3), with limits that hold for what is really unpacked and not
 * for what the archive says of itself.
 * @param wanted decides by an entry's name
 * @throws ConsoleError DOCUMENT_REFUSED when it is damaged, encrypted or a bomb
 */
export function readArchive(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = new Map<string, Uint8Array>();
  let unpacked = 0;
  for (const entry of readDirectory(buffer)) {
    if (!wanted(entry.name)) continue;
    if (parts.has(entry.name)) throw refuse(REASONS.damaged);
    const content = unpack(buffer, entry, LIMITS.unpackedBytes - unpacked);
    unpacked += content.length;
    if (content.length > RATIO_FROM_BYTES && content.length > entry.packed * LIMITS.ratio)
      throw refuse(REASONS.bomb);
    parts.set(entry.name, content);
  }
  return parts;
}

function readDirectory(buffer: Buffer): Entry[] {
  const end = findEnd(buffer);
  const count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  if (count > LIMITS.entries) throw refuse(REASONS.bomb);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > buffer.length || buffer.readUInt32LE(at) !== DIRECTORY_ENTRY) throw refuse(REASONS.damaged);
    if ((buffer.readUInt16LE(at + 8) & 1) !== 0) throw refuse(REASONS.encrypted);
    const nameLength = buffer.readUInt16LE(at + 28);
    const extraLength = buffer.readUInt16LE(at + 30);
    const commentLength = buffer.readUInt16LE(at + 32);
    entries.push({
      name: buffer.subarray(at + 46, at + 46 + nameLength).toString('utf8'),
      method: buffer.readUInt16LE(at + 10),
      packed: buffer.readUInt32LE(at + 20),
      offset: buffer.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function findEnd(buffer: Buffer): number {
  const earliest = Math.max(0, buffer.length - 65_557);
  for (let at = buffer.length - 22; at >= earliest; at -= 1) {
    if (buffer.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw refuse(REASONS.damaged);
}

function unpack(buffer: Buffer, { method, packed, offset }: Entry, room: number): Uint8Array {
  if (offset + 30 > buffer.length || buffer.readUInt32LE(offset) !== LOCAL_ENTRY)
    throw refuse(REASONS.damaged);
  const start = offset + 30 + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const data = buffer.subarray(start, start + packed);
  if (data.length !== packed) throw refuse(REASONS.damaged);
  if (method === STORED) {
    if (data.length > room) throw refuse(REASONS.bomb);
    return data;
  }
  if (method !== DEFLATED) throw refuse(REASONS.damaged);
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, room) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw refuse(code === 'ERR_BUFFER_TOO_LARGE' ? REASONS.bomb : REASONS.damaged);
  }
}
