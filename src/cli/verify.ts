import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AccessReviewStatement, ResidencyStatement, Statement } from '../contract';
import { verifyStatement } from '../engine/mechanism/statements';
import { CommandProblem, type Terminal } from './terminal';

export const VERIFY_USAGE = `verify FILE [--public-key KEY] [--json]
    verifies a deletion certificate, a residency statement or an access review with nothing but the public key.
    --public-key   SPKI as base64, or a file that holds it; without it the key that the file names is taken
    Ends with 0 when the signature holds, 1 when it does not, 2 when it could not be verified.`;

/** @returns 0 when the signature holds, 1 when it does not */
export async function verifyFile(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = read(args);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CommandProblem(VERIFY_USAGE);
  if (!existsSync(file)) throw new CommandProblem(`There is no file ${file}.`);
  const given = values['public-key'];
  const verdict = verdictOf(readFileSync(file, 'utf8'), given === undefined ? null : publicKeyOf(given));
  if (values.json) {
    const said = verdict.ok
      ? { keyId: verdict.signed.keyId, statement: verdict.signed.statement }
      : { words: verdict.words };
    terminal.say(JSON.stringify({ ok: verdict.ok, ...said }));
    return verdict.ok ? 0 : 1;
  }
  if (!verdict.ok) {
    terminal.say(`NOT OK. ${verdict.words}`);
    return 1;
  }
  const { statement, keyId } = verdict.signed;
  // A name that came from elsewhere must not write lines of its own.
  for (const line of linesOf(statement)) terminal.say(line.replaceAll(/\p{Cc}/gu, ' '));
  const named = given === undefined ? ' (named by the file: compare it with the console’s Keys screen)' : '';
  terminal.say(`Signed by   key ${keyId}${named}`);
  terminal.say('OK. The statement is as it was signed.');
  return 0;
}

function verdictOf(text: string, publicKey: string | null) {
  try {
    return verifyStatement(text, publicKey);
  } catch (problem) {
    if (problem instanceof RangeError) throw new CommandProblem(`${problem.message}.`);
    throw problem;
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'public-key': { type: 'string' }, json: { type: 'boolean', default: false } },
    });
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${VERIFY_USAGE}`);
  }
}

function publicKeyOf(given: string): string {
  const text = existsSync(given) ? readFileSync(given, 'utf8') : given;
  return text.replace(/-----[A-Z ]+-----|\s/g, '');
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

function linesOf(statement: Statement): string[] {
  if (statement.kind === 'residency') return residencyLines(statement);
  if (statement.kind === 'access-review') return reviewLines(statement);
  const { name, tenantId, deletedAt, deletedBy, keyFingerprint, filesRemoved, bytesRemoved } = statement;
  const counted = filesRemoved === null ? 'not counted' : `${filesRemoved} files, ${bytesRemoved} bytes`;
  return [
    `Deleted     ${name} (${tenantId})`,
    `At          ${timeOf(deletedAt)} by ${deletedBy}`,
    `Key         ${keyFingerprint} destroyed`,
    `Removed     ${counted}`,
  ];
}

function residencyLines(statement: ResidencyStatement): string[] {
  const { name, tenantId, policy, from, to, destinations, toCloud, unknownPlace, auditHead } = statement;
  return [
    `Residency   ${name} (${tenantId}), policy ${policy.mode}${policy.regions.length > 0 ? ` ${policy.regions.join(' ')}` : ''}`,
    `Period      ${timeOf(from)} to before ${timeOf(to)}`,
    ...destinations.map(
      ({ host, port, place, region, allowed, refused }) =>
        `            ${host}:${port} ${place ?? 'place unknown'}${region ? ` ${region}` : ''}: ${allowed} allowed, ${refused} refused`,
    ),
    `To clouds   ${toCloud} connections; ${unknownPlace} to a place that the ledger does not hold`,
    `Audit head  event ${auditHead.sequence}, ${auditHead.hash}`,
    `Issued      ${timeOf(statement.issuedAt)} by ${statement.issuedBy}`,
  ];
}

function reviewLines(statement: AccessReviewStatement): string[] {
  const { name, tenantId, accounts, reviewers, joinedSince, auditHead, openedAt, openedBy, dueAt } =
    statement;
  const counted = (decision: string) => accounts.filter((each) => each.decision === decision).length;
  const alone = accounts.filter(({ decidedAlone }) => decidedAlone);
  return [
    `Reviewed    ${name} (${tenantId}), ${accounts.length} accounts`,
    `Opened      ${timeOf(openedAt)} by ${openedBy}, due ${timeOf(dueAt)}`,
    `Decided     ${counted('keep')} keep, ${counted('change')} changed, ${counted('disable')} disabled, ${counted('gone')} removed meanwhile`,
    ...accounts.filter(({ decision }) => decision === 'change' || decision === 'disable').map(decisionLine),
    ...alone.map(
      (each) => `Alone       ${each.name} <${each.email}> decided about themselves: nobody else could have`,
    ),
    `Reviewers   ${reviewers} could decide; ${joinedSince} accounts joined later and are not in it`,
    `Audit head  event ${auditHead.sequence}, ${auditHead.hash}`,
    `Signed      ${timeOf(statement.signedAt)}${statement.overdue ? ', overdue,' : ''} by ${statement.signedByName} (${statement.signedBy})`,
  ];
}

function decisionLine({
  name,
  email,
  role,
  given,
  note,
  decidedByName,
}: AccessReviewStatement['accounts'][number]): string {
  const after = given === null ? 'disabled' : [given.role, ...given.customRoles].join(' + ');
  return `            ${name} <${email}>: ${role} to ${after}, by ${decidedByName}: ${note}`;
}
