import { ConsoleError } from '../../../contract';
import { passwordRow } from '../../mechanism/credentials';
import { requireGoodPassword } from '../../mechanism/passwords';
import type { Write } from '../../mechanism/store';
import type { Statement } from '../../ports';
import type { ControlContext } from '../context';

/** Who recovers an installation, as the audit chain names them: whoever holds the sheets. */
const ACTOR = 'kit:installation';

/** Whose account a recovery gives back, and how. */
export interface RecoveredOperator {
  readonly email: string;
  readonly password: string;
  readonly resetSecondFactor: boolean;
}

/**
 * Records that the installation was recovered and gives an operator a new password, whose sessions end by that, and
 * takes a lost second factor away where that is wished. The caller has proven that the sheets restore the key of this installation.
 * @throws ConsoleError NOT_FOUND naming the operators there are, WEAK_PASSWORD
 */
export async function recordRecovery(
  context: ControlContext,
  operator: RecoveredOperator | null,
): Promise<void> {
  const { store, ports, census } = context;
  const event = {
    at: ports.clock.now(),
    event: 'installation.recovered',
    actor: ACTOR,
    outcome: 'done' as const,
  };
  if (!operator) {
    await store.write({ events: [{ ...event, target: null, detail: {} }] });
    return;
  }
  const { row, mac } = await withNewPassword(context, operator);
  const reset = operator.resetSecondFactor ? await withoutSecondFactor(context, row.id) : null;
  const write: Write = {
    rows: [passwordRow(row.id, row.password, ports.clock.now())],
    statements: [
      {
        sql: 'UPDATE operators SET password = ?, revision = ?, mac = ? WHERE id = ? AND revision = ?',
        params: [row.password, row.revision, mac, row.id, row.revision - 1],
        expect: 1,
      },
      {
        sql: 'UPDATE sessions SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL',
        params: [ports.clock.now(), row.id],
      },
      ...(reset?.statements ?? []),
    ],
    events: [
      {
        ...event,
        target: row.id,
        detail: { password: 'replaced', ...(reset && { secondFactor: 'reset', factors: reset.factors }) },
      },
    ],
  };
  await census.write({ second_factors: -(reset?.factors ?? 0) }, write);
}

/** What takes the second factor and its recovery codes from an operator. */
async function withoutSecondFactor({ store }: ControlContext, id: string) {
  const rows = await store.read('SELECT id FROM second_factors WHERE person_id = ?', [id]);
  const statements: Statement[] = [
    { sql: 'DELETE FROM second_factors WHERE person_id = ?', params: [id], expect: rows.length },
    { sql: 'DELETE FROM recovery_codes WHERE person_id = ?', params: [id] },
  ];
  return { factors: rows.length, statements };
}

async function withNewPassword(
  { store, seals, ports, identityPolicy, commonPasswords }: ControlContext,
  { email, password }: { readonly email: string; readonly password: string },
) {
  const rows = await store.read('SELECT * FROM operators ORDER BY email');
  const kept = rows.find((row) => row.email === email);
  if (!kept) {
    const known = rows.map((row) => String(row.email)).join(', ');
    throw new ConsoleError('NOT_FOUND', {
      reason: `No operator has this address. There are: ${known}.`.slice(0, 500),
    });
  }
  seals.operators.require(kept);
  requireGoodPassword(password, {
    person: { name: String(kept.name), email },
    policy: identityPolicy.current().password,
    common: commonPasswords,
  });
  const row = {
    ...kept,
    id: String(kept.id),
    password: await ports.hasher.hash(password),
    revision: Number(kept.revision) + 1,
  };
  return { row, mac: seals.operators.of(row) };
}
