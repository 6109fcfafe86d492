import { z } from 'zod';
import { TokenKey } from '../identityPolicy';
import { change, procedure, view } from '../procedure';
import { SignedStatement } from '../statements';
import { Timestamp } from '../values';

/** The keys under which the words of people are sealed inside the database. */
export const FieldKeys = z.object({
  /** Oldest first; new texts are sealed under the last. */
  versions: z.array(z.object({ version: z.number().int(), createdAt: Timestamp })),
  /** How far older texts are sealed under the last version; `null` when all are. */
  work: z
    .object({
      /** Which sealed column it is at, counted from 1. */
      column: z.number().int(),
      columns: z.number().int(),
      /** Texts that were sealed anew so far. */
      sealed: z.number().int(),
    })
    .nullable(),
});
export type FieldKeys = z.infer<typeof FieldKeys>;

/** The key that wraps the keys of the tenant's files, each of which has one of its own. */
export const FileKeys = z.object({
  /** Oldest first; new files are sealed under the last. An older one goes when no file is under it. */
  versions: z.array(z.object({ version: z.number().int(), createdAt: Timestamp })),
  /** Sealed files: documents and pruned segments of the audit chain. */
  files: z.number().int(),
  /** How far older files are sealed under the last version; `null` when all are. */
  work: z
    .object({
      state: z.enum(['running', 'stopped']),
      /** Files that were looked at so far. */
      done: z.number().int(),
      /** Files that were sealed anew so far. */
      sealed: z.number().int(),
      /** Files that no key opened. */
      damaged: z.number().int(),
    })
    .nullable(),
});
export type FileKeys = z.infer<typeof FileKeys>;

export const tenantKeys = {
  fieldKeys: procedure({
    summary: 'The field keys of the tenant and how far texts are sealed under the newest',
    permission: 'isolation.view',
    audit: view('field-keys.viewed'),
    input: z.object({}),
    output: FieldKeys,
  }),
  rotateFieldKey: procedure({
    summary: 'Seal under a new field key from now on, and every older text anew; it resumes where it stopped',
    permission: 'keys.manage',
    audit: change('field-key.rotated'),
    stepUp: true,
    input: z.object({}),
    output: FieldKeys,
  }),
  fileKeys: procedure({
    summary: 'The key of the tenant’s files and how far files are sealed under the newest',
    permission: 'isolation.view',
    audit: view('file-keys.viewed'),
    input: z.object({}),
    output: FileKeys,
  }),
  rotateFileKey: procedure({
    summary: 'Seal files under a new key from now on, and every older file anew; it resumes where it stopped',
    permission: 'keys.manage',
    audit: change('file-key.rotated'),
    stepUp: true,
    input: z.object({}),
    output: FileKeys,
  }),
  cancelFileKeyRotation: procedure({
    summary: 'Stop sealing older files anew; they stay under their key, which is kept',
    permission: 'keys.manage',
    audit: change('file-key.rotation-cancelled'),
    input: z.object({}),
    output: FileKeys,
  }),
  tokenKeys: procedure({
    summary: 'The keys that sign the tokens of sessions: the next, the current and the previous one',
    permission: 'isolation.view',
    audit: view('token-keys.viewed'),
    input: z.object({}),
    output: z.array(TokenKey),
  }),
  rollTokenKey: procedure({
    summary:
      'Sign tokens with the next key from now on; the one before the current one verifies nothing any more',
    permission: 'keys.manage',
    audit: change('token-key.rolled'),
    stepUp: true,
    input: z.object({}),
    output: z.array(TokenKey),
  }),
  residencyStatement: procedure({
    summary: 'A signed statement where the connections of a period led, out of the egress ledger',
    permission: 'isolation.view',
    audit: change('residency-statement.signed'),
    input: z
      .object({ from: Timestamp, to: Timestamp })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after the beginning' }),
    output: SignedStatement,
  }),
};
