import { createHash } from 'node:crypto';
import {
  ConsoleError,
  type DocumentKind,
  type KnowledgeDocument,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Handlers } from '../../door';
import type { RuntimeContext } from '../context';
import { documentRow, readDocument, readDocuments } from './documents';
import { createIndexing, FILES_FOLDER, type Indexing } from './indexing';
import { createSearch, type Search } from './search';

export { sentencesOf } from './chunk';
export type { Search } from './search';
export { sweepFiles } from './sweep';

const KINDS: Readonly<Record<string, DocumentKind>> = {
  txt: 'text',
  text: 'text',
  log: 'text',
  csv: 'text',
  md: 'markdown',
  markdown: 'markdown',
  pdf: 'pdf',
  docx: 'docx',
};
const LONGEST_NAME = 200;
const WATCHED = 200;

export interface Knowledge {
  readonly handlers: Handlers<(typeof tenantContract)['knowledge']>;
  readonly search: Search;
  readonly indexing: Indexing;
}

/** The documents of the tenant: kept sealed, read, indexed and found. */
export function createKnowledge(context: RuntimeContext): Knowledge {
  const { store, files, vault, inFileTurn, clock, newId, changes } = context;
  const search = createSearch(context);
  const indexing = createIndexing(context, search.forget);

  async function removeUnlessKept(file: string): Promise<void> {
    const others = await store.read('SELECT 1 FROM documents WHERE file = ? LIMIT 1', [file]);
    if (others.length === 0) await files.remove(`${FILES_FOLDER}/${file}`);
  }

  async function requireRoom(bytes: number): Promise<void> {
    const { plan } = context.entitlements();
    if (bytes > plan.documentBytes)
      throw new ConsoleError('TOO_LARGE', { reason: 'The plan does not take documents of that size.' });
    const used = await files.size(FILES_FOLDER);
    if (used + bytes > plan.storageBytes)
      throw new ConsoleError('QUOTA_EXCEEDED', { reason: 'The storage of the plan is full.' });
  }

  async function requireNew(sha256: string): Promise<void> {
    const rows = await store.read("SELECT name FROM documents WHERE sha256 = ? AND state <> 'refused'", [
      sha256,
    ]);
    if (rows.length > 0)
      throw new ConsoleError('CONFLICT', {
        reason: `This document is there already, as “${rows[0]?.name}”.`,
      });
  }

  /** @throws ConsoleError CANCELLED when the caller has taken back what it asked for */
  function requireWanted(signal: AbortSignal): void {
    if (signal.aborted) throw new ConsoleError('CANCELLED');
  }

  async function require(id: string): Promise<KnowledgeDocument> {
    const document = await readDocument(context, id);
    if (!document) throw new ConsoleError('NOT_FOUND');
    return document;
  }

  async function* watch(signal: AbortSignal): AsyncGenerator<KnowledgeDocument[]> {
    const ends = AbortSignal.any([signal, context.closing]);
    while (!ends.aborted) {
      const change = changes.next('documents', ends);
      yield await readDocuments(context, WATCHED);
      await change;
    }
  }

  return {
    search,
    indexing,
    handlers: {
      async documents({ limit, cursor }) {
        const found = await readDocuments(context, limit + 1, cursor);
        const documents = found.slice(0, limit);
        return { documents, next: found.length > limit ? (documents.at(-1)?.id ?? null) : null };
      },

      watch: async (_input, call) => watch(call.signal),

      add: ({ file }, call) =>
        inFileTurn(async () => {
          const name = cleanName(file.name);
          const kind = kindOf(name);
          await requireRoom(file.size);
          const bytes = new Uint8Array(await file.arrayBuffer());
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          await requireNew(sha256);
          requireWanted(call.signal);
          const id = newId();
          const sealed = vault.sealFile(bytes);
          await files.makeFolder(FILES_FOLDER);
          await files.write(`${FILES_FOLDER}/${sealed.name}`, sealed.sealed);
          const document = {
            id,
            name,
            kind,
            sizeBytes: file.size,
            sha256,
            file: sealed.name,
            addedBy: actorOf(call).id,
          };
          const event = call.event({ target: id, detail: { kind, bytes: file.size } });
          try {
            requireWanted(call.signal);
            await store.write({ rows: [documentRow(document, clock.now())], events: [event] });
          } catch (problem) {
            await removeUnlessKept(sealed.name).catch(() => undefined);
            throw problem;
          }
          changes.changed('documents');
          indexing.resume();
          return require(id);
        }),

      remove: ({ id }, call) =>
        inFileTurn(async () => {
          const [row] = await store.read('SELECT file FROM documents WHERE id = ?', [id]);
          if (!row) throw new ConsoleError('NOT_FOUND');
          await store.write({
            statements: [
              { sql: 'DELETE FROM passages WHERE document_id = ?', params: [id] },
              { sql: 'DELETE FROM documents WHERE id = ?', params: [id], expect: 1 },
            ],
            events: [call.event({ target: id })],
          });
          await removeUnlessKept(String(row.file));
          search.forget();
          changes.changed('documents');
          return {};
        }),

      search: ({ query, limit }, call) => search.find(query, limit, call.signal),
    },
  };
}

/** The last part of a name, without control characters. */
function cleanName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return (
    last
      .replace(/\p{Cc}/gu, '')
      .slice(-LONGEST_NAME)
      .trim() || 'document'
  );
}

function kindOf(name: string): DocumentKind {
  const kind = KINDS[name.split('.').at(-1)?.toLowerCase() ?? ''];
  if (kind) return kind;
  throw new ConsoleError('DOCUMENT_REFUSED', { reason: 'Only text, Markdown, PDF and DOCX are read.' });
}
