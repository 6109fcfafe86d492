import { z } from 'zod';
import { change, procedure, subscription, view } from '../procedure';
import { Id, Page, Timestamp } from '../values';
import { Source } from './assistant';

export const DOCUMENT_MAX_BYTES = 25 * 1024 * 1024;

export const DocumentKind = z.enum(['text', 'markdown', 'pdf', 'docx']);
export type DocumentKind = z.infer<typeof DocumentKind>;

export const KnowledgeDocument = z.object({
  id: Id,
  name: z.string(),
  kind: DocumentKind,
  sizeBytes: z.number().int(),
  sha256: z.string(),
  pages: z.number().int().nullable(),
  passages: z.number().int(),
  embeddedPassages: z.number().int(),
  state: z.enum(['reading', 'indexing', 'ready', 'refused']),
  /** In words: why it was refused, or, of one that is ready, what of it could not be read. */
  problem: z.string().nullable(),
  addedAt: Timestamp,
  addedBy: z.string(),
});
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>;

export const knowledge = {
  documents: procedure({
    summary: 'The documents of the tenant',
    permission: 'knowledge.read',
    audit: view('documents.listed'),
    input: Page,
    output: z.object({ documents: z.array(KnowledgeDocument), next: z.string().nullable() }),
  }),
  watch: subscription({
    summary: 'The documents of the tenant, as they are read and indexed',
    permission: 'knowledge.read',
    audit: view('documents.listed'),
    input: z.object({}),
    output: z.array(KnowledgeDocument),
  }),
  add: procedure({
    summary: 'Add a document: text, Markdown, PDF or DOCX',
    permission: 'knowledge.manage',
    audit: change('document.added'),
    input: z.object({ file: z.file().max(DOCUMENT_MAX_BYTES) }),
    output: KnowledgeDocument,
    maxBytes: DOCUMENT_MAX_BYTES + 64 * 1024,
  }),
  remove: procedure({
    summary: 'Remove a document with its passages and its file',
    permission: 'knowledge.manage',
    stepUp: true,
    audit: change('document.removed'),
    onReserve: true,
    input: z.object({ id: Id }),
    output: z.object({}),
  }),
  search: procedure({
    summary: 'Search the documents by words and meaning',
    permission: 'knowledge.read',
    audit: view('documents.searched'),
    input: z.object({
      query: z.string().trim().min(1).max(1000),
      limit: z.number().int().min(1).max(20).default(8),
    }),
    output: z.array(Source),
  }),
};
