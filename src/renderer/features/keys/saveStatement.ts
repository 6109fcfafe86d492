import type { SignedStatement, Statement } from '../../../contract';
import { saveFile } from '../../ui';

const NAMES: Readonly<Record<Statement['kind'], string>> = {
  'tenant-deletion': 'deletion',
  residency: 'residency',
  'access-review': 'access-review',
};

function timeOf(statement: Statement): number {
  if (statement.kind === 'residency') return statement.issuedAt;
  return statement.kind === 'access-review' ? statement.signedAt : statement.deletedAt;
}

/** Hands a signed statement to the person as the file that `riscura verify` reads. */
export function saveStatement(signed: SignedStatement): void {
  const { statement } = signed;
  const day = new Date(timeOf(statement)).toISOString().slice(0, 10);
  const subject = statement.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  saveFile(`${NAMES[statement.kind]}-${subject}-${day}.json`, 'application/json', [
    `${JSON.stringify(signed, null, 2)}\n`,
  ]);
}
