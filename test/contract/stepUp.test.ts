import { describe, expect, it, onTestFinished } from 'vitest';
import { STEP_UP_MS } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { TestClock } from '../support/engine/testClock';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../support/engine/world';

async function start() {
  const clock = new TestClock();
  const { engine } = startTestEngine(await folderUntil(onTestFinished), { clock });
  onTestFinished(() => engine.close());
  const operator = openTestWindow(engine);
  await createOperator(operator.client);
  const acme = await createTenant(operator.client);
  return { clock, engine, operator: operator.client, acme };
}

const password = (text: string) => ({ kind: 'password' as const, password: text });

describe('what demands a fresh proof', () => {
  it('is refused to an operator whose sign-in is older than five minutes until the password is given again', async () => {
    const { clock, operator, acme } = await start();
    const remove = () => operator.installation.tenants.delete({ id: acme, confirmName: 'Acme Corporation' });
    clock.pass(STEP_UP_MS + 1);
    expect(await problemOf(remove())).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    const wrong = operator.installation.operators.stepUp(password('not it'));
    expect(await problemOf(wrong)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(await problemOf(remove())).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await operator.installation.operators.stepUp(password(OPERATOR.password));
    await remove();
  });

  it('is asked of a member too, and of an operator who acts in a tenant', async () => {
    const { clock, engine, operator, acme } = await start();
    const { client: member } = openTestWindow(engine);
    await signInAdministrator(member);
    const { id } = await member.tenant.knowledge.add({ file: new File(['text'], 'a.txt') }, at(acme));
    clock.pass(STEP_UP_MS + 1);
    const remove = () => member.tenant.knowledge.remove({ id }, at(acme));
    expect(await problemOf(remove())).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    const byOperator = operator.tenant.identity.stepUp(password(OPERATOR.password), at(acme));
    expect(await problemOf(byOperator)).toMatchObject({ code: 'NOT_ALLOWED' });
    await member.tenant.identity.stepUp(password(ADMINISTRATOR.password), at(acme));
    await remove();
  });

  it('makes whoever guesses the password at an open window wait', async () => {
    const { operator } = await start();
    const codes: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const problem = await problemOf(operator.installation.operators.stepUp(password(`guess ${n}`)));
      codes.push((problem as { code: string }).code);
    }
    expect(codes).toContain('TOO_MANY_TRIES');
  });
});
