import {
  ConsoleError,
  type ImportMapping,
  type ImportReport,
  type tenantContract,
} from '../../../../contract';
import { actorOf, type Call, type Handlers } from '../../../door';
import type { AuditDraft } from '../../../mechanism/chain';
import { type Statement, StoreError } from '../../../ports';
import { ACCOUNT_BASIS, AN_ADMINISTRATOR_STAYS, assignStatements } from '../../access';
import type { RuntimeContext } from '../../context';
import type { DraftedInvitation, Invitations } from '../invitations';
import { importDigest, takeCensus } from './census';
import { decodeFile } from './decode';
import { hasSameRoles, type Judged, judgeRows } from './judge';
import { proposeSheet } from './propose';
import { countsOf, linesAsCsv, reportAsCsv } from './report';
import { readTable } from './table';

const PREVIEW_ANEW =
  'Something is not as it was previewed: the tenant, its people or roles, what you may do, the mapping or the file. Preview it anew.';

interface ImportOptions {
  readonly context: RuntimeContext;
  readonly invitations: Pick<Invitations, 'draft' | 'add'>;
}

/** People out of a CSV file: understood, previewed line by line, and applied exactly as it was previewed or not at all. */
export function createPeopleImport({
  context,
  invitations,
}: ImportOptions): Handlers<(typeof tenantContract)['peopleImport']> {
  async function judge(content: Uint8Array, mapping: ImportMapping, call: Call) {
    requireColumns(mapping);
    const { text } = decodeFile(content, mapping.encoding);
    const { rows } = readTable(text, mapping.delimiter);
    const census = await takeCensus(context);
    const actor = actorOf(call);
    return {
      judged: judgeRows(rows, { census, mapping, actor }),
      digest: importDigest(context, { census, actor, mapping, content }),
    };
  }

  return {
    async read({ file, chosen }) {
      const { text, encoding } = decodeFile(await bytesOf(file), chosen.encoding ?? null);
      const table = readTable(text, chosen.delimiter ?? null);
      const { roles } = await takeCensus(context);
      return proposeSheet(table, encoding, [...roles.values()], chosen.columns);
    },

    async preview({ file, mapping }, call) {
      const { judged, digest } = await judge(await bytesOf(file), mapping, call);
      const lines = judged.map(({ shown }) => shown);
      return { counts: countsOf(lines), lines, csv: await linesAsCsv(lines), digest };
    },

    async apply({ file, mapping, digest }, call) {
      const found = await judge(await bytesOf(file), mapping, call);
      if (found.digest !== digest) throw new ConsoleError('CONFLICT', { reason: PREVIEW_ANEW });
      const { judged } = found;
      const counts = countsOf(judged.map(({ shown }) => shown));
      if (counts.error > 0) {
        throw new ConsoleError('CONFLICT', {
          reason: `${counts.error} of ${judged.length} lines have an error. Nothing was imported.`,
        });
      }
      const drafts = await draftNew(judged, invitations, call);
      const changed = judged.filter(({ shown }) => shown.verdict === 'changed');
      try {
        await invitations.add([...drafts.values()], {
          statements: [...changed.flatMap(changeStatements), AN_ADMINISTRATOR_STAYS],
          events: [
            ...changed.map((each) => changeEvent(each, call)),
            call.event({ detail: { ...counts, digest } }),
          ],
        });
      } catch (problem) {
        if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
        throw new ConsoleError('CONFLICT', { reason: PREVIEW_ANEW }, problem);
      }
      return reportOf(judged, drafts, context.entitlements().domain);
    },
  };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function requireColumns({ columns }: ImportMapping): void {
  const has = (field: string) => columns.some((each) => each.field === field);
  if (!has('email')) {
    throw new ConsoleError('BAD_INPUT', {
      reason: 'No column is the e-mail address, by which a person is known.',
      fields: [{ path: 'mapping.columns', problem: 'must hold the e-mail address' }],
    });
  }
}

async function draftNew(
  judged: readonly Judged[],
  invitations: Pick<Invitations, 'draft'>,
  call: Call,
): Promise<Map<number, DraftedInvitation>> {
  const drafts = new Map<number, DraftedInvitation>();
  for (const { shown, wanted } of judged) {
    if (shown.verdict !== 'new' || !wanted) continue;
    drafts.set(shown.line, await invitations.draft({ ...wanted, email: shown.email }, call));
  }
  return drafts;
}

/** Holds only while the person is what they were when the line was judged. */
function changeStatements({ account, wanted }: Judged): Statement[] {
  if (!account || !wanted) return [];
  return [
    {
      sql: `UPDATE users SET name = ? WHERE id = ? AND email = ? AND name = ? AND ${ACCOUNT_BASIS} = ?`,
      params: [wanted.name, account.id, account.email, account.name, account.basis],
      expect: 1,
    },
    ...(hasSameRoles(account, wanted) ? [] : assignStatements(account.id, wanted.role, wanted.customRoles)),
  ];
}

/** As a change by hand leaves it. */
function changeEvent({ account, wanted }: Judged, call: Call): AuditDraft {
  if (!account || !wanted) throw new Error('a line that changes somebody knows whom and how');
  const { email } = account;
  const [before, after] = [account, wanted].map(({ name, role, customRoles }) => ({
    name,
    email,
    role,
    customRoles: [...customRoles],
  }));
  return call.event({
    event: 'person.updated',
    target: account.id,
    detail: {
      name: account.name !== wanted.name,
      email: false,
      roleBefore: account.role,
      role: wanted.role,
      customRolesBefore: account.customRoles.join(' '),
      customRoles: wanted.customRoles.join(' '),
    },
    change: { before, after },
  });
}

async function reportOf(
  judged: readonly Judged[],
  drafts: ReadonlyMap<number, DraftedInvitation>,
  domain: string,
): Promise<ImportReport> {
  const lines = judged.map(({ shown }) => {
    const draft = drafts.get(shown.line);
    return { ...shown, code: draft?.code ?? null, codeExpiresAt: draft?.expiresAt ?? null };
  });
  return { counts: countsOf(lines), lines, csv: await reportAsCsv(lines), domain };
}
