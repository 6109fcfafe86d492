import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { TRUSTED_TYPES_PATH, TRUSTED_TYPES_SCRIPT } from '../server/web/trustedTypes';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** One of the console's own pages or assets. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Finds what an address stands for; `null` when it stands for nothing. */
export type PageSource = (url: URL) => Promise<PageFile | null>;

/** The files of a folder as they are now; a path that is not one of them, however it is spelled, is nothing. */
export function pagesOfFolder(folder: string): PageSource {
  const files = new Map(listFiles(folder, '').map((path) => [path, join(folder, path)]));
  return async ({ pathname }) => {
    const path = pathname === '/' ? '/index.html' : pathname;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    if (path === TRUSTED_TYPES_PATH) return { type, body: Buffer.from(TRUSTED_TYPES_SCRIPT) };
    const file = files.get(path);
    return file ? { type, body: await readFile(file) } : null;
  };
}

/** What the development server has. Node fetches it, because Chromium has no network. */
export function pagesOfDevServer(server: URL): PageSource {
  return async ({ pathname, search }) => {
    const answer = await fetch(new URL(pathname + search, server));
    if (!answer.ok) return null;
    const type = answer.headers.get('content-type') ?? 'application/octet-stream';
    return { type, body: new Uint8Array(await answer.arrayBuffer()) };
  };
}

function listFiles(folder: string, under: string): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, path);
    return entry.isFile() ? [path] : [];
  });
}
