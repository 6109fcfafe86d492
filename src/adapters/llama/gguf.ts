import { closeSync, openSync } from 'node:fs';
import type { GgufSummary } from '../../engine/ports';
import { ByteCursor, refuse } from './byteCursor';
import { FILE_TYPES, TENSOR_TYPES } from './ggufTypes';

/*
 * A strict reader of the header of a GGUF file (versions 2 and 3, little endian), written from the format's
 * specification. It allocates only what it keeps, follows no length beyond the file, and never looks at weights.
 */

const MAGIC = 0x4655_4747;
const HEADER_LIMIT = 512 * 1024 * 1024;
const MAX_ENTRIES = 100_000;
const MAX_TENSORS = 200_000;
const MAX_TEXT = 64 * 1024 * 1024;
const MAX_ARRAY = 16 * 1024 * 1024;
const MAX_VALUES = 2 ** 50;
const MAX_DIMENSIONS = 4;
const DEFAULT_ALIGNMENT = 32;

const STRING = 8;
const ARRAY = 9;
/** Bytes of the types of fixed size: u8 i8 u16 i16 u32 i32 f32 bool, u64 i64 f64. */
const FIXED: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

type Metadata = Map<string, string | number>;

/**
 * Reads what a GGUF file says about itself.
 * @param file absolute path
 * @throws ConsoleError FILE_REFUSED with the reason; whatever the bytes are, it answers or throws this
 */
export function readGguf(file: string): GgufSummary {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    throw refuse('It cannot be opened.');
  }
  try {
    return readHeader(new ByteCursor(descriptor, HEADER_LIMIT));
  } finally {
    closeSync(descriptor);
  }
}

function readHeader(cursor: ByteCursor): GgufSummary {
  if (cursor.size < 24 || cursor.u32() !== MAGIC) throw refuse('It is not a GGUF file.');
  const version = cursor.u32();
  if (version !== 2 && version !== 3)
    throw refuse(`It is of a version of GGUF that is not known (${version}).`);
  const tensors = cursor.count(MAX_TENSORS, 'tensors');
  const entries = cursor.count(MAX_ENTRIES, 'entries');
  const metadata = readMetadata(cursor, entries);
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !/^[a-z0-9_.-]{1,64}$/i.test(architecture)) {
    throw refuse('It does not say which architecture its model has.');
  }
  if (Number(metadata.get('split.count') ?? 1) > 1) {
    throw refuse('It is one part of a model in several files. Join them into one first.');
  }
  if (tensors === 0) throw refuse('It holds no weights.');
  const values = readTensors(cursor, tensors, metadata);
  return {
    architecture,
    name: shortText(metadata.get('general.name')),
    parameters: shortText(metadata.get('general.size_label')) ?? inWords(values),
    quantization: FILE_TYPES[Number(metadata.get('general.file_type') ?? -1)] ?? null,
    contextTokens: contextLength(metadata, architecture),
    licence: shortText(metadata.get('general.license')),
    tensors,
  };
}

function readMetadata(cursor: ByteCursor, entries: number): Metadata {
  const metadata: Metadata = new Map();
  const seen = new Set<string>();
  for (let index = 0; index < entries; index += 1) {
    const key = cursor.text(65_535);
    if (seen.has(key)) throw refuse('Its header says the same thing twice.');
    seen.add(key);
    const value = readValue(cursor, cursor.u32());
    if (value !== null) metadata.set(key, value);
  }
  return metadata;
}

/** A text or a whole number; `null` for what is only passed over. */
function readValue(cursor: ByteCursor, type: number): string | number | null {
  if (type === STRING) return cursor.text(MAX_TEXT);
  if (type === ARRAY) {
    skipArray(cursor);
    return null;
  }
  if (type === 4 || type === 5) return cursor.u32();
  if (type === 10 || type === 11) return cursor.count(Number.MAX_SAFE_INTEGER, 'a value');
  const size = FIXED[type];
  if (size === undefined) throw refuse('Its header holds a value of an unknown kind.');
  cursor.skip(size);
  return null;
}

function skipArray(cursor: ByteCursor): void {
  const type = cursor.u32();
  const length = cursor.count(MAX_ARRAY, 'elements of a list');
  const size = FIXED[type];
  if (size !== undefined) {
    cursor.skip(size * length);
    return;
  }
  if (type !== STRING) throw refuse('Its header holds a list of an unknown kind.');
  for (let index = 0; index < length; index += 1) cursor.skip(cursor.count(MAX_TEXT, 'characters of a text'));
}

/** Checks that every tensor lies within the file. Answers how many values there are altogether. */
function readTensors(cursor: ByteCursor, tensors: number, metadata: Metadata): number {
  let values = 0;
  let end = 0;
  for (let index = 0; index < tensors; index += 1) {
    cursor.text(65_535);
    const dimensions = cursor.u32();
    if (dimensions === 0 || dimensions > MAX_DIMENSIONS) throw refuse('A tensor has an impossible shape.');
    let count = 1;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      count *= cursor.count(MAX_VALUES, 'values of a tensor');
      if (count > MAX_VALUES) throw refuse('A tensor is impossibly large.');
    }
    const layout = TENSOR_TYPES[cursor.u32()];
    if (!layout) throw refuse('A tensor is stored in a way that is not known.');
    const offset = cursor.count(MAX_VALUES, 'bytes before a tensor');
    end = Math.max(end, offset + Math.ceil(count / layout[0]) * layout[1]);
    values += count;
  }
  const alignment = Number(metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 65_536) {
    throw refuse('Its alignment is impossible.');
  }
  const start = Math.ceil(cursor.position / alignment) * alignment;
  if (start + end > cursor.size) throw refuse('It is incomplete: its weights end before they should.');
  return values;
}

function contextLength(metadata: Metadata, architecture: string): number | null {
  const length = metadata.get(`${architecture}.context_length`);
  return typeof length === 'number' && length > 0 && length <= 2 ** 31 ? length : null;
}

function shortText(value: string | number | undefined): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replace(/\p{C}/gu, ' ').trim().slice(0, 200);
  return text === '' ? null : text;
}

function inWords(values: number): string {
  if (values >= 1e9) return `${(values / 1e9).toFixed(1)}B`;
  if (values >= 1e6) return `${Math.round(values / 1e6)}M`;
  return `${Math.max(1, Math.round(values / 1e3))}K`;
}
