import type { SignedStatement } from '../../../contract';
import { saveFile } from '../../ui';

/** Hands a signed statement to the person as the file that `riscura verify` reads. */
export function saveStatement(signed: SignedStatement): void {
  const { statement } = signed;
  const at = statement.kind === 'residency' ? statement.issuedAt : statement.deletedAt;
  const day = new Date(at).toISOString().slice(0, 10);
  const subject = statement.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const what = statement.kind === 'residency' ? 'residency' : 'deletion';
  saveFile(`${what}-${subject}-${day}.json`, 'application/json', [`${JSON.stringify(signed, null, 2)}\n`]);
}
