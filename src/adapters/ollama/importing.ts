import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ModelProgress } from '../../contract';
import { ServerError } from './errors';
import { type Access, clientFor, strictFetch } from './transport';

const REPORT_MS = 250;

/**
 * Gives a GGUF file to the server: its digest first, then the bytes unless it has them, then the model.
 * @throws ServerError, NonsenseError, or what `fetch` throws
 */
export async function* importGguf(
  access: Access,
  name: string,
  file: string,
  signal: AbortSignal,
): AsyncGenerator<ModelProgress, void, undefined> {
  const { size } = await stat(file);
  const counter = { bytes: 0 };
  const hashing = yield* reporting('checking', size, counter, sha256(file, signal, counter));
  const digest = `sha256:${hashing}`;
  const url = `${access.baseUrl.replace(/\/$/, '')}/api/blobs/${digest}`;
  const fetch = strictFetch(access, signal);
  if (!(await has(fetch, url))) {
    counter.bytes = 0;
    yield* reporting('uploading', size, counter, upload(fetch, url, file, size, counter));
  }
  yield progress('creating', size, size);
  // `files` is documented, but the library's types do not know it yet.
  const request = { model: name, files: { [basename(file)]: digest }, stream: true as const };
  for await (const { status } of await clientFor(access, signal).create(request)) {
    yield progress(status, size, size);
  }
}

/** Tells how far a piece of work is until it is done, and answers its result. */
async function* reporting<R>(
  stage: string,
  total: number,
  counter: { readonly bytes: number },
  work: Promise<R>,
): AsyncGenerator<ModelProgress, R, undefined> {
  let done = false;
  const settled = work.then(
    () => true,
    () => true,
  );
  while (!done) {
    yield progress(stage, counter.bytes, total);
    done = await Promise.race([
      settled,
      new Promise<false>((resolve) => setTimeout(resolve, REPORT_MS, false)),
    ]);
  }
  return work;
}

function progress(stage: string, completedBytes: number, totalBytes: number): ModelProgress {
  return { stage, completedBytes, totalBytes, done: false, model: null };
}

async function sha256(file: string, signal: AbortSignal, counter: { bytes: number }): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { signal, highWaterMark: 1024 * 1024 })) {
    hash.update(piece as Buffer);
    counter.bytes += (piece as Buffer).length;
  }
  return hash.digest('hex');
}

async function has(fetch: typeof globalThis.fetch, url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD' });
    return true;
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return false;
    throw error;
  }
}

async function upload(
  fetch: typeof globalThis.fetch,
  url: string,
  file: string,
  size: number,
  counter: { bytes: number },
): Promise<void> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      counter.bytes += (piece as Buffer).length;
      yield piece as Buffer;
    }
  };
  const init = {
    method: 'POST',
    headers: { 'content-length': String(size), 'content-type': 'application/octet-stream' },
    body: pieces(),
    duplex: 'half',
  };
  const response = await fetch(url, init as unknown as RequestInit);
  await response.body?.cancel();
}
