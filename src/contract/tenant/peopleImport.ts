import { z } from 'zod';
import { TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { Id, Timestamp } from '../values';

/** The largest file of people, in bytes: room for 10,000 lines also in UTF-16. */
export const IMPORT_MAX_BYTES = 8 * 1024 * 1024;
/** The most people of one file. */
export const IMPORT_MAX_LINES = 10_000;

/** How the letters of a file are written. `windows-1252` is what spreadsheets call Latin-1 or ANSI. */
export const ImportEncoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
export type ImportEncoding = z.infer<typeof ImportEncoding>;

/** What stands between two cells. */
export const ImportDelimiter = z.enum([',', ';', '\t', '|']);
export type ImportDelimiter = z.infer<typeof ImportDelimiter>;

/** What a column says of a person. A person is known by their address. */
export const ImportField = z.enum(['email', 'name', 'given-name', 'family-name', 'role', 'custom-roles']);
export type ImportField = z.infer<typeof ImportField>;

const ImportColumn = z.strictObject({ column: z.number().int().min(0).max(99), field: ImportField });

const Word = z.string().max(120);

/** How a file is read: its writing, what its columns say, and what role each of its words is. */
export const ImportMapping = z.strictObject({
  encoding: ImportEncoding,
  delimiter: ImportDelimiter,
  columns: z
    .array(ImportColumn)
    .max(ImportField.options.length)
    .refine((columns) => isOnce(columns.map(({ field }) => field)), 'must give each field once')
    .refine((columns) => isOnce(columns.map(({ column }) => column)), 'must use each column once'),
  /** What the words of the role column are: a role, and custom roles with it. Case does not count. */
  roles: z.array(z.strictObject({ word: Word, role: TenantRole, customRoles: z.array(Id).max(50) })).max(500),
  /** What the words of the column of custom roles are. */
  customRoles: z.array(z.strictObject({ word: Word, id: Id })).max(500),
  /** The role of a new person whose line names none; `null` makes such a line an error. */
  defaultRole: TenantRole.nullable(),
});
export type ImportMapping = z.infer<typeof ImportMapping>;

function isOnce(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

/** A word of a column of roles, and on how many lines it stands. */
export const ImportWord = z.object({ word: z.string(), lines: z.number().int() });
export type ImportWord = z.infer<typeof ImportWord>;

/** A file of people as it was understood, and how it is proposed to be read. */
export const ImportSheet = z.object({
  headers: z.array(z.string()),
  /** The first lines, cell by cell. */
  sample: z.array(z.array(z.string())),
  /** People in it; blank lines do not count. */
  lines: z.number().int(),
  roleWords: z.array(ImportWord),
  customRoleWords: z.array(ImportWord),
  mapping: ImportMapping,
});
export type ImportSheet = z.infer<typeof ImportSheet>;

export const ImportVerdict = z.enum(['new', 'changed', 'unchanged', 'error']);
export type ImportVerdict = z.infer<typeof ImportVerdict>;

/** Why a line cannot be imported. */
export const ImportProblem = z.enum([
  'bad-email',
  'bad-name',
  'duplicate',
  'unknown-role',
  'role-not-held',
  'own-account',
  'directory',
  'service-account',
  'over-plan',
  'last-administrator',
]);
export type ImportProblem = z.infer<typeof ImportProblem>;

/** What becomes of a line of the file. */
export const ImportLine = z.object({
  /** As a spreadsheet counts it: the line of the headers is 1. */
  line: z.number().int(),
  email: z.string(),
  name: z.string(),
  verdict: ImportVerdict,
  problem: ImportProblem.nullable(),
  /** What is changed, or why it cannot be. */
  words: z.string(),
});
export type ImportLine = z.infer<typeof ImportLine>;

const Counts = z.object({
  new: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  error: z.number().int(),
});

/** What an import would do. */
export const ImportPreview = z.object({
  counts: Counts,
  lines: z.array(ImportLine),
  /** The lines as a file (RFC 4180). */
  csv: z.string(),
  /**
   * Stands for the tenant, whoever looked, its people and roles at that moment, the mapping and the content. Only what
   * was looked at is applied.
   */
  digest: z.string(),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

/** What an import did, line by line. The codes are shown once. */
export const ImportReport = z.object({
  counts: Counts,
  lines: z.array(
    ImportLine.extend({
      /** With what a new person sets their password. */
      code: z.string().nullable(),
      codeExpiresAt: Timestamp.nullable(),
    }),
  ),
  csv: z.string(),
  /** Where the codes are good: the domain that is typed at sign-in. */
  domain: z.string(),
});
export type ImportReport = z.infer<typeof ImportReport>;

const file = z.file().max(IMPORT_MAX_BYTES);
const maxBytes = IMPORT_MAX_BYTES + 256 * 1024;

export const peopleImport = {
  read: procedure({
    summary: 'How a file of people is understood: its writing, its columns, the words of its roles',
    permission: 'users.manage',
    audit: view('people-import.read'),
    maxBytes,
    input: z.object({
      file,
      /** What the person has chosen; what is left open is proposed. */
      chosen: ImportMapping.pick({ encoding: true, delimiter: true, columns: true }).partial().default({}),
    }),
    output: ImportSheet,
  }),
  preview: procedure({
    summary: 'What the import of a file of people would do, line by line',
    permission: 'users.manage',
    audit: view('people-import.previewed'),
    maxBytes,
    input: z.object({ file, mapping: ImportMapping }),
    output: ImportPreview,
  }),
  apply: procedure({
    summary: 'Import a file of people exactly as it was previewed, all of it or nothing',
    permission: 'users.manage',
    audit: change('people.imported'),
    answerIsSecret: true,
    stepUp: true,
    maxBytes,
    input: z.object({ file, mapping: ImportMapping, digest: z.string().max(200) }),
    output: ImportReport,
  }),
};
