import { ConsoleError, isConsoleError } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import { bulkInsert } from '../../mechanism/store';
import type { ParsedDocument } from '../../ports';
import type { RuntimeContext } from '../context';
import { type Passage, passagesOf } from './chunk';
import { packVector } from './vectors';

const BATCH = 16;
const INSERT = bulkInsert('passages', ['document_id', 'number', 'place', 'text', 'vector']);

/** Reads, cuts, embeds and indexes documents one after the other; goes on where a restart left off. */
export interface Indexing {
  /** Takes up every document that is not ready yet. Returns at once. */
  resume(): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

/** Names of files in the vault stand below this folder of the tenant. */
export const FILES_FOLDER = 'files';

export function createIndexing(context: RuntimeContext, onIndexed: () => void): Indexing {
  const { store, clock, log, embedder, parser, files, vault, inFileTurn, changes, closing } = context;
  let running: Promise<void> | null = null;
  let wanted = false;

  async function nextDocument(): Promise<{ id: string; name: string; file: string } | null> {
    const [row] = await store.read(
      "SELECT id, name, file FROM documents WHERE state IN ('reading', 'indexing') ORDER BY added_at, id LIMIT 1",
    );
    return row ? { id: String(row.id), name: String(row.name), file: String(row.file) } : null;
  }

  function event(
    target: string,
    name: string,
    outcome: AuditDraft['outcome'],
    detail: AuditDraft['detail'],
  ): AuditDraft {
    return { at: clock.now(), event: name, actor: 'system:indexing', target, outcome, detail };
  }

  async function setState(
    id: string,
    state: string,
    problem: string | null,
    pages: number | null,
    draft: AuditDraft,
  ): Promise<void> {
    await store.write({
      statements: [
        {
          sql: 'UPDATE documents SET state = ?, problem = ?, pages = ifnull(?, pages) WHERE id = ?',
          params: [state, problem, pages, id],
        },
      ],
      events: [draft],
    });
    changes.changed('documents');
  }

  async function parse(name: string, file: string): Promise<ParsedDocument> {
    // In turn: a file that is sealed anew meanwhile takes the key with it that this content is under.
    const bytes = await inFileTurn(async () =>
      vault.openFile(file, await files.read(`${FILES_FOLDER}/${file}`)),
    );
    return parser.parse(name, bytes, closing);
  }

  async function keepBatch(id: string, first: number, batch: readonly Passage[]): Promise<void> {
    const vectors = (await embedder.available())
      ? await embedder.embed(
          batch.map(({ text }) => text),
          closing,
        )
      : [];
    const rows = batch.map(({ place, text }, index) => {
      const vector = vectors[index];
      return [id, first + index, place, text, vector ? packVector(vector) : null];
    });
    await store.write({
      rows: [{ into: INSERT, rows }],
      events: [event(id, 'document.passages-indexed', 'done', { from: first, count: batch.length })],
    });
    changes.changed('documents');
  }

  async function index(document: { id: string; name: string; file: string }): Promise<void> {
    const { id } = document;
    const parsed = await parse(document.name, document.file);
    const passages = passagesOf(parsed.parts);
    if (passages.length === 0) throw new ConsoleError('DOCUMENT_REFUSED', { reason: 'It holds no text.' });
    await setState(
      id,
      'indexing',
      parsed.problem,
      parsed.pages,
      event(id, 'document.read', 'done', { passages: passages.length, whole: parsed.problem === null }),
    );
    const [kept] = await store.read('SELECT count(*) AS count FROM passages WHERE document_id = ?', [id]);
    for (let first = Number(kept?.count ?? 0); first < passages.length; first += BATCH) {
      closing.throwIfAborted();
      await keepBatch(id, first, passages.slice(first, first + BATCH));
    }
    await setState(
      id,
      'ready',
      parsed.problem,
      null,
      event(id, 'document.indexed', 'done', { passages: passages.length }),
    );
    onIndexed();
  }

  async function refuse(id: string, problem: unknown): Promise<void> {
    const reason = isConsoleError(problem)
      ? (problem.detail.reason ?? problem.message)
      : 'The document could not be read.';
    if (!isConsoleError(problem)) log.error('indexing failed', problem);
    await setState(id, 'refused', reason, null, event(id, 'document.refused', 'failed', {}));
  }

  /** Ends in the same turn in which it finds nothing, so that a document that comes next begins anew. */
  async function work(): Promise<void> {
    while (wanted) {
      wanted = false;
      for (let document = await nextDocument(); document; document = await nextDocument()) {
        try {
          await index(document);
        } catch (problem) {
          if (closing.aborted) break;
          // Nothing is wrong with the document: it is taken up again when there is room.
          if (isConsoleError(problem) && problem.code === 'READ_ONLY') throw problem;
          await refuse(document.id, problem);
        }
      }
    }
    running = null;
  }

  return {
    resume() {
      wanted = !closing.aborted;
      running ??= work().catch((problem: unknown) => {
        running = null;
        if (!closing.aborted) log.error('indexing stopped', problem);
      });
    },
    async idle() {
      await running;
    },
  };
}
