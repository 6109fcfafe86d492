import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, isConsoleError, Role } from '../../src/contract';
import { listProcedures } from '../../src/engine/door';
import { startTestEngine, type TestEngine } from '../support/engine';
import { createCaller } from '../support/engine/calls';
import { EXAMPLES } from '../support/engine/examples';
import { folderUntil } from '../support/engine/folders';
import { addMember, MEMBER_PASSWORD } from '../support/engine/members';
import { PAIRS, type ProcedureName } from '../support/engine/pairs';
import { newTenant, OPERATOR } from '../support/engine/world';

type Where = 'installation' | 'own tenant' | 'foreign tenant';
type Verdict = 'passes' | 'NOT_SIGNED_IN' | 'NOT_ALLOWED';

const NAMES = listProcedures(contract).map(([name]) => name as ProcedureName);
const ROLES = [null, ...Role.options];
const cleanUp: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

function isOf(role: Role | null, where: Where): boolean {
  return role === 'operator' || (role !== null && where === 'own tenant');
}

/** What the table of the pairs says: a session counts only where it was begun, an operator's everywhere. */
function expected(name: ProcedureName, role: Role | null, where: Where): Verdict {
  const callers = PAIRS[name];
  if (callers === 'anybody') return 'passes';
  if (role === null || !isOf(role, where)) return 'NOT_SIGNED_IN';
  return callers === 'signed-in' || callers.includes(role) ? 'passes' : 'NOT_ALLOWED';
}

/** The door's own refusals say no more than their code; those of a capability say why. */
async function verdictOf(call: Promise<unknown>): Promise<Verdict> {
  try {
    const output = await call;
    if (typeof output === 'object' && output !== null && Symbol.asyncIterator in output) {
      await (output as AsyncIterable<unknown>)[Symbol.asyncIterator]().return?.();
    }
    return 'passes';
  } catch (problem) {
    if (!isConsoleError(problem)) throw problem;
    const isOfDoor = problem.detail.reason === undefined;
    if (isOfDoor && (problem.code === 'NOT_SIGNED_IN' || problem.code === 'NOT_ALLOWED')) return problem.code;
    return 'passes';
  }
}

let test: TestEngine;
const tenants: Record<'own tenant' | 'foreign tenant', string> = { 'own tenant': '', 'foreign tenant': '' };

beforeAll(async () => {
  test = startTestEngine(await folderUntil((remove) => cleanUp.push(remove)));
  cleanUp.push(() => test.engine.close());
  const operator = createCaller(test.engine);
  await operator.call('installation', 'operators.createFirst', OPERATOR);
  for (const where of ['own tenant', 'foreign tenant'] as const) {
    const domain = `${where.split(' ')[0]}.example`;
    const { id } = (await operator.call('installation', 'tenants.create', newTenant({ domain }))) as {
      id: string;
    };
    tenants[where] = id;
    const steps = await operator.call('installation', 'tenants.progress', { id });
    for await (const { outcome } of steps as AsyncIterable<{ outcome: string }>)
      expect(outcome).not.toBe('failed');
  }
  for (const role of Role.exclude(['operator']).options) {
    await addMember(test, tenants['own tenant'], { email: `${role}@own.example`, role });
  }
});

async function signIn(caller: ReturnType<typeof createCaller>, role: Role | null): Promise<void> {
  if (role === null) return;
  if (role === 'operator') {
    const { email, password } = OPERATOR;
    await caller.call('installation', 'operators.signIn', { email, password });
    return;
  }
  const input = { email: `${role}@own.example`, password: MEMBER_PASSWORD };
  await caller.call('tenant', 'identity.signIn', input, { tenant: tenants['own tenant'] });
}

async function decide(name: ProcedureName, role: Role | null, where: Where): Promise<Verdict> {
  const caller = createCaller(test.engine, `window:${role}`);
  await signIn(caller, role);
  const [scope, ...rest] = name.split('.');
  const tenant = where === 'installation' ? null : tenants[where];
  const call = caller.call(scope as 'installation' | 'tenant', rest.join('.'), EXAMPLES[name]?.(), {
    tenant,
  });
  return verdictOf(call);
}

describe('every pair of a role and a procedure', () => {
  it('is of a procedure that the contract has', () => {
    expect(Object.keys(PAIRS).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)('is decided as it stands in the table: %s', async (name) => {
    const places: readonly Where[] = name.startsWith('installation.')
      ? ['installation']
      : ['own tenant', 'foreign tenant'];
    for (const role of ROLES) {
      for (const where of places) {
        const verdict = await decide(name, role, where);
        expect([name, role, where, verdict]).toEqual([name, role, where, expected(name, role, where)]);
      }
    }
  });
});
