import { ConsoleError } from '../../contract';
import type { DocumentParser, ParsedDocument } from '../../engine/ports';
import { type LinkOptions, openSession, PARSER_FRAMES, type SpawnHost } from '../hostLink';
import { LIMITS, Parsed } from './protocol';
import { REASONS, refuse } from './refuse';

export interface DocumentParserOptions {
  readonly spawn: SpawnHost;
  /** Whether parser hosts run without network, home and keys. */
  readonly confined: boolean;
  /** Milliseconds until a document is given up. Default 70,000: a little more than the host gives itself. */
  readonly timeoutMs?: number;
  /** How many documents are read at the same time. Default 2. */
  readonly atOnce?: number;
  readonly connect?: LinkOptions['connect'];
}

/** The engine half: a fresh process for every document, ended when it has answered or has not. */
export function createDocumentParser(options: DocumentParserOptions): DocumentParser {
  const atOnce = options.atOnce ?? 2;
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (signal: AbortSignal): Promise<void> => {
    if (running < atOnce) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(new ConsoleError('CANCELLED'));
      };
      const go = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort);
      waiting.push(go);
    });
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  const parseAlone = async (
    name: string,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<ParsedDocument> => {
    const session = await openSession(
      {
        kind: 'parser',
        spawn: options.spawn,
        limits: PARSER_FRAMES,
        // It reads in long steps and answers nothing meanwhile; the time-out is what holds it.
        pingMs: null,
        cancelMs: 0,
        startMs: 30_000,
        failure: 'DOCUMENT_REFUSED',
        ...(options.connect ? { connect: options.connect } : {}),
      },
      signal,
    );
    try {
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
      const timeoutMs = options.timeoutMs ?? LIMITS.time + 10_000;
      return await session.call('parse', { name, content }, Parsed, { signal, timeoutMs });
    } catch (error) {
      throw withReason(error);
    } finally {
      session.end('done');
    }
  };

  return {
    confined: options.confined,
    async parse(name, bytes, signal) {
      if (bytes.length > LIMITS.bytes) throw refuse(REASONS.tooLarge);
      if (signal.aborted) throw new ConsoleError('CANCELLED');
      await enter(signal);
      try {
        return await parseAlone(name.slice(-500), bytes, signal);
      } finally {
        leave();
      }
    },
  };
}

/** A host that says no more than that it failed met something that no reader expected. */
function withReason(error: unknown): unknown {
  const bare =
    error instanceof ConsoleError && error.code === 'DOCUMENT_REFUSED' && error.detail.reason === undefined;
  return bare ? refuse(REASONS.damaged) : error;
}
