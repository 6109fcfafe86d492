import { existsSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Writes GGUF files by hand, sound and broken: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

type Entry = readonly [key: string, value: string | number | readonly string[]];

export interface TinyTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** `ggml_type`; 0 is F32. */
  readonly type?: number;
  readonly offset?: number;
}

export interface TinyGguf {
  readonly version?: number;
  readonly entries?: readonly Entry[];
  readonly tensors?: readonly TinyTensor[];
  /** Bytes of weights after the header. */
  readonly data?: number;
  /** Overrides the counts of the header. */
  readonly tensorCount?: bigint;
  readonly entryCount?: bigint;
}

export const TINY_ENTRIES: readonly Entry[] = [
  ['general.architecture', 'llama'],
  ['general.name', 'Tiny'],
  ['general.license', 'apache-2.0'],
  ['general.file_type', 0],
  ['llama.context_length', 128],
  ['tokenizer.ggml.tokens', ['<s>', '</s>', 'a']],
];

/** A GGUF file of a few hundred bytes. Sound unless told otherwise; without a real model's tensors. */
export function tinyGguf(options: TinyGguf = {}): Buffer {
  const entries = options.entries ?? TINY_ENTRIES;
  const tensors = options.tensors ?? [{ name: 'token_embd.weight', dimensions: [4, 3] }];
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(options.version ?? 3),
    u64(options.tensorCount ?? BigInt(tensors.length)),
    u64(options.entryCount ?? BigInt(entries.length)),
    ...entries.map(([key, value]) => Buffer.concat([text(key), typed(value)])),
    ...tensors.map((tensor) =>
      Buffer.concat([
        text(tensor.name),
        u32(tensor.dimensions.length),
        ...tensor.dimensions.map((size) => u64(BigInt(size))),
        u32(tensor.type ?? 0),
        u64(BigInt(tensor.offset ?? 0)),
      ]),
    ),
  ]);
  const padding = Buffer.alloc((32 - (header.length % 32)) % 32);
  return Buffer.concat([header, padding, Buffer.alloc(options.data ?? 48)]);
}

/** The real starter model, or `null` with nothing said when it was not fetched. */
export function starterModel(): string | null {
  return firstThatExists(join('starter', 'SmolLM2-135M-Instruct.Q4_1.gguf'));
}

/** The folder of the real all-MiniLM-L6-v2, or `null`. */
export function embeddingModel(): string | null {
  return firstThatExists(join('embedding', 'all-MiniLM-L6-v2'));
}

/** Where fetched models may lie: an explicit folder, the machine's cache, the user's cache. */
function firstThatExists(name: string): string | null {
  const folders = [
    process.env.RISCURA_MODELS,
    process.env.RISCURA_CACHE && join(process.env.RISCURA_CACHE, 'models'),
    '/var/cache/riscura-console/models',
    process.env.HOME && join(process.env.HOME, '.cache', 'riscura-console', 'models'),
  ];
  for (const folder of folders) {
    if (folder && existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

function typed(value: string | number | readonly string[]): Buffer {
  if (typeof value === 'string') return Buffer.concat([u32(8), text(value)]);
  if (typeof value === 'number') return Buffer.concat([u32(4), u32(value)]);
  return Buffer.concat([u32(9), u32(8), u64(BigInt(value.length)), ...value.map(text)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
