import { closeSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { ImportEncoding, ImportMapping, type ImportPreview, TenantRole } from '../../contract';
import { EXIT, type ExitCode, failure } from '../failure';
import type { CommandContext } from './context';
import type { Definer } from './define';
import { openNew } from './exportFile';

interface ImportOptions {
  readonly encoding?: ImportEncoding;
  readonly defaultRole?: TenantRole;
  readonly mapping?: string;
  readonly apply?: boolean;
  readonly codes?: string;
}

async function readInput(file: string): Promise<File> {
  try {
    return new File([new Uint8Array(await readFile(file))], basename(file), { type: 'text/csv' });
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw failure('USAGE', `${file} cannot be read (${code}).`);
  }
}

async function readMapping(file: string): Promise<ImportMapping> {
  const text = await (await readInput(file)).text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw failure('USAGE', `${file} is not JSON.`);
  }
  const parsed = ImportMapping.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw failure('USAGE', `${file} is no mapping: ${first?.path.join('.')} ${first?.message}`);
}

async function importPeople(
  context: CommandContext,
  path: string,
  options: ImportOptions,
): Promise<ExitCode> {
  const { output } = context;
  const { client, inTenant } = await context.open();
  const file = await readInput(path);
  const { encoding, defaultRole, apply = false, codes } = options;
  const chosen = encoding === undefined ? {} : { encoding };
  const proposed =
    options.mapping === undefined
      ? await client.tenant.peopleImport.read({ file, chosen }, inTenant())
      : null;
  const mapping = proposed?.mapping ?? (await readMapping(options.mapping ?? ''));
  const used = defaultRole === undefined ? mapping : { ...mapping, defaultRole };
  const preview = await client.tenant.peopleImport.preview({ file, mapping: used }, inTenant());
  if (!apply || preview.counts.error > 0) {
    if (output.json) output.value({ applied: false, mapping: used, ...preview });
    else showPreview(context, preview);
    return preview.counts.error > 0 ? EXIT.refuted : EXIT.ok;
  }
  // Before anything is done: the codes are shown once, and must have where to go.
  const kept = codes === undefined ? null : openNew(codes);
  try {
    const wishes = { file, mapping: used, digest: preview.digest };
    const report = await client.tenant.peopleImport.apply(wishes, inTenant());
    if (kept !== null) writeSync(kept, report.csv);
    if (output.json && kept === null) output.value({ applied: true, ...report });
    else if (output.json)
      output.value({ applied: true, counts: report.counts, domain: report.domain, codes });
    else if (kept === null) await output.piece(report.csv);
    else output.say(`${countsOf(report.counts)}. The codes are in ${codes}.`);
    return EXIT.ok;
  } finally {
    if (kept !== null) closeSync(kept);
  }
}

function countsOf({ new: added, changed, unchanged, error }: ImportPreview['counts']): string {
  return `${added} new, ${changed} changed, ${unchanged} as they were, ${error} with an error`;
}

function showPreview({ output }: CommandContext, { lines, counts }: ImportPreview): void {
  output.table(
    [
      { title: 'LINE', of: ({ line }) => line, align: 'right' },
      { title: 'E-MAIL', of: ({ email }) => email, shrinks: true },
      { title: 'NAME', of: ({ name }) => name, shrinks: true },
      { title: 'WHAT', of: ({ verdict }) => verdict },
      { title: 'WORDS', of: ({ words }) => words, shrinks: true },
    ],
    lines,
  );
  output.note(`${countsOf(counts)}. Nothing was imported: add --apply to do it.`);
}

export function addUsersImport(users: Command, { leaf }: Definer): void {
  leaf<ImportOptions>(
    users,
    {
      usage: 'import <file>',
      summary: 'Preview the import of a CSV file of people; with --apply do it, all of it or nothing',
      examples: [
        'riscura users import people.csv --tenant acme.example',
        'riscura users import people.csv --tenant acme.example --default-role user --apply --codes codes.csv',
        'riscura users import people.csv --json | jq .counts',
      ],
      more: 'Ends with 1 when a line has an error; then nothing is imported. The codes of new people are printed once.',
    },
    async (context, [file = ''], options) => importPeople(context, file, options),
  )
    .addOption(
      new Option('--encoding <encoding>', 'how its letters are written').choices(ImportEncoding.options),
    )
    .addOption(
      new Option('--default-role <role>', 'the role where a line names none').choices(TenantRole.options),
    )
    .option('--mapping <file>', 'how it is read, as JSON; --json prints what is proposed')
    .option('--apply', 'import what the preview shows')
    .option('--codes <file>', 'write the report with the codes to a new file of your own');
}
