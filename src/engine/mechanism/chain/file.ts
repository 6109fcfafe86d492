import { z } from 'zod';
import { AuditCheckpoint, AuditKeyLink, AuditSignedHead } from '../../../contract';
import type { AuditRecord } from './event';

/*
 * An exported chain: JSON Lines in UTF-8. First a line `riscura-audit` with the public key, the keys before it, the closing checkpoint and,
 * where older events were pruned, the signed head after which the events begin. Then the events in their order, the
 * text of `detail` exactly as it was hashed; each older checkpoint stands after the event it ends with.
 */

export const FileHeader = z.object({
  type: z.literal('riscura-audit'),
  version: z.literal(1),
  origin: z.string().max(100),
  /** SPKI in DER, base64. */
  publicKey: z.base64().max(200),
  /** How the keys before it lead to it; a file of an older console has none. */
  keys: z.array(AuditKeyLink).max(1_000).default([]),
  exportedAt: z.number().int(),
  from: AuditSignedHead.nullable(),
  checkpoint: AuditCheckpoint,
});
export type FileHeader = z.infer<typeof FileHeader>;

const EventLine = z.object({
  type: z.literal('event'),
  sequence: z.number().int().positive(),
  at: z.number().int(),
  event: z.string(),
  actor: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(['intent', 'done', 'failed', 'refused']),
  detail: z.string(),
  previousHash: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

const CheckpointLine = AuditCheckpoint.extend({ type: z.literal('checkpoint') });

const Line = z.discriminatedUnion('type', [FileHeader, EventLine, CheckpointLine]);

/** A line of an exported chain, read. */
export type FileLine =
  | { readonly type: 'header'; readonly header: FileHeader }
  | { readonly type: 'event'; readonly record: AuditRecord }
  | { readonly type: 'checkpoint'; readonly checkpoint: AuditCheckpoint };

export function headerLine(header: Omit<FileHeader, 'type' | 'version'>): string {
  return `${JSON.stringify({ type: 'riscura-audit', version: 1, ...header })}\n`;
}

export function eventLine({ sequence, body, previousHash, hash }: AuditRecord): string {
  const { at, event, actor, target, outcome, detail } = body;
  const line = { type: 'event', sequence, at, event, actor, target, outcome, detail, previousHash, hash };
  return `${JSON.stringify(line)}\n`;
}

export function checkpointLine(checkpoint: AuditCheckpoint): string {
  return `${JSON.stringify({ type: 'checkpoint', ...checkpoint })}\n`;
}

/** @returns `null` when it is not a line of an exported chain */
export function readLine(text: string): FileLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: no line of ours, which the caller says with its number.
    return null;
  }
  const read = Line.safeParse(value);
  if (!read.success) return null;
  const line = read.data;
  if (line.type === 'riscura-audit') return { type: 'header', header: line };
  if (line.type === 'checkpoint') {
    const { type, ...checkpoint } = line;
    return { type, checkpoint };
  }
  const { type, sequence, previousHash, hash, ...body } = line;
  return { type, record: { sequence, previousHash, hash, body } };
}
