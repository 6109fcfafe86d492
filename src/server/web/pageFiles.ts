import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { TRUSTED_TYPES_PATH, TRUSTED_TYPES_SCRIPT } from './trustedTypes';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = new Set(['.css', '.js', '.json', '.svg', '.txt']);
/** Names that end so hold the hash of what is in the file: `main-B7x9_kQ2.js`. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;
const BROTLI_QUALITY = 9;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** How a file travels. */
export type Coding = 'br' | 'gzip' | 'identity';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Whether another content would have another name. */
  readonly isHashed: boolean;
  /** In which codings there is any use in sending it, best first. */
  readonly codings: readonly Coding[];
  body(coding: Coding): Promise<Buffer>;
}

/**
 * The files of a folder as they are when it is opened: a path that is not one of them, however it is spelled, is nothing.
 * Source maps are none of them. Each is read and compressed when it is first asked for.
 * @throws Error when the folder cannot be read
 */
export function openPageFiles(folder: string): (path: string) => Promise<PageFile | null> {
  const known = new Map<string, () => Promise<Buffer>>(
    listFiles(folder, '').map((path) => [path, () => readFile(join(folder, path))]),
  );
  known.set(TRUSTED_TYPES_PATH, async () => Buffer.from(TRUSTED_TYPES_SCRIPT));
  const opened = new Map<string, Promise<PageFile>>();

  return async (path) => {
    const read = known.get(path);
    if (!read) return null;
    let file = opened.get(path);
    if (!file) {
      file = openFile(path, await read());
      opened.set(path, file);
    }
    return file;
  };
}

async function openFile(path: string, plain: Buffer): Promise<PageFile> {
  const extension = extname(path);
  const compressed: Partial<Record<Coding, Promise<Buffer>>> = {};
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isHashed: HASHED.test(path),
    codings: COMPRESSIBLE.has(extension) ? ['br', 'gzip', 'identity'] : ['identity'],
    body(coding) {
      compressed[coding] ??= encode(plain, coding);
      return compressed[coding];
    },
  };
}

async function encode(plain: Buffer, coding: Coding): Promise<Buffer> {
  if (coding === 'br') return brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
  return coding === 'gzip' ? gzipped(plain) : plain;
}

function listFiles(folder: string, under: string): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, path);
    return entry.isFile() && !path.endsWith('.map') ? [path] : [];
  });
}
