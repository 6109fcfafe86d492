import { isConsoleError, type Source } from '../../../contract';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { cosine, packVector, unpackVector } from './vectors';

/** How many each way brings before both are joined. */
const BREADTH = 40;
/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const FUSION = 60;
const LONGEST_QUERY_WORDS = 40;

/** Finds passages by words and by meaning. */
export interface Search {
  find(query: string, limit: number, signal: AbortSignal): Promise<Source[]>;
  /** Forgets what is remembered of the passages, after some came or went. */
  forget(): void;
}

export function createSearch(context: RuntimeContext): Search {
  const { store, embedder } = context;
  let vectors: Promise<Map<number, Int8Array>> | null = null;
  /** Whether there is anything to search; asked once, since every question begins with it. */
  let present: Promise<boolean> | null = null;

  async function loadVectors(): Promise<Map<number, Int8Array>> {
    const rows = await store.read('SELECT id, vector FROM passages WHERE vector IS NOT NULL');
    return new Map(rows.map((row) => [Number(row.id), unpackVector(String(row.vector))]));
  }

  async function byWords(query: string): Promise<number[]> {
    const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(
      0,
      LONGEST_QUERY_WORDS,
    );
    if (words.length === 0) return [];
    const match = words.map((word) => `"${word}"`).join(' OR ');
    const rows = await store.read(
      'SELECT rowid AS id FROM passage_words WHERE passage_words MATCH ? ORDER BY rank LIMIT ?',
      [match, BREADTH],
    );
    return rows.map((row) => Number(row.id));
  }

  async function byMeaning(query: string, signal: AbortSignal): Promise<Map<number, number>> {
    vectors ??= loadVectors();
    const known = await vectors;
    if (known.size === 0 || !(await embedder.available())) return new Map();
    const embedded = await embedQuery(query, signal);
    if (!embedded) return new Map();
    const wanted = unpackVector(packVector(embedded));
    const scored = [...known].map(([id, vector]) => [id, cosine(wanted, vector)] as const);
    return new Map(scored.sort((left, right) => right[1] - left[1]).slice(0, BREADTH));
  }

  /** Without the embedding host the search goes on by words alone. */
  async function embedQuery(query: string, signal: AbortSignal): Promise<Float32Array | null> {
    try {
      const [embedded] = await embedder.embed([query], signal);
      return embedded ?? null;
    } catch (problem) {
      if (!isConsoleError(problem) || problem.code === 'CANCELLED') throw problem;
      context.log.warn('a search went by words alone', { code: problem.code });
      return null;
    }
  }

  function hasPassages(): Promise<boolean> {
    present ??= lookForPassages();
    return present;
  }

  async function lookForPassages(): Promise<boolean> {
    try {
      const rows = await store.read('SELECT 1 FROM passages LIMIT 1');
      return rows.length > 0;
    } catch (problem) {
      present = null;
      throw problem;
    }
  }

  async function read(ids: readonly number[]): Promise<Map<number, SqlRow>> {
    const rows = await store.read(
      `SELECT passages.id, passages.place, passages.text, documents.id AS document_id, documents.name
       FROM passages JOIN documents ON documents.id = passages.document_id
       WHERE documents.state = 'ready' AND passages.id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    );
    return new Map(rows.map((row) => [Number(row.id), row]));
  }

  return {
    async find(query, limit, signal) {
      if (!(await hasPassages())) return [];
      const [words, meaning] = await Promise.all([byWords(query), byMeaning(query, signal)]);
      const ranked = fuse(words, [...meaning.keys()]).slice(0, limit);
      const rows = await read(ranked);
      return ranked
        .map((id) => rows.get(id))
        .filter((row) => row !== undefined)
        .map((row, index) => sourceFrom(row, index + 1, meaning.get(Number(row.id)) ?? 0));
    },
    forget() {
      vectors = null;
      present = null;
    },
  };
}

function fuse(...rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    ranking.forEach((id, rank) => {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (FUSION + rank));
    });
  }
  return [...scores].sort((left, right) => right[1] - left[1]).map(([id]) => id);
}

function sourceFrom(row: SqlRow, number: number, similarity: number): Source {
  return {
    number,
    documentId: String(row.document_id),
    documentName: String(row.name),
    passageId: Number(row.id),
    place: String(row.place),
    text: String(row.text),
    score: Math.max(0, Math.min(1, similarity)),
  };
}
