import { expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { createAuthenticator } from '../../support/engine/authenticator';
import { problemOf } from '../../support/engine/calls';
import { openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { TestClock } from '../../support/engine/testClock';
import { createOperator, OPERATOR } from '../../support/engine/world';

/*
 * Somebody reads a code over a shoulder and uses it while it is still good: later, after a restart, after the clock
 * was set back, or in the very same moment.
 */

const { email, password } = OPERATOR;
const STEP = 30_000;

async function start() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock });
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  const { secret } = await client.installation.account.beginSecondFactor({});
  const app = createAuthenticator(secret, clock);
  await client.installation.account.finishSecondFactor({ code: app.code() });
  clock.pass(STEP);
  const waiting = async (engine = test.engine) => {
    const window = openTestWindow(engine);
    await window.client.installation.operators.signIn({ email, password });
    return window.client.installation.account;
  };
  return { clock, folder, test, app, waiting };
}

it('a code opens once, and so does no code of an earlier step', async () => {
  const { clock, folder, test, app, waiting } = await start();
  const before = app.code(-1);
  const code = app.code();
  await (await waiting()).confirmSignIn({ code });
  for (const seen of [code, before]) {
    const again = (await waiting()).confirmSignIn({ code: seen });
    expect(await problemOf(again)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  }
  await test.engine.close();
  const after = startTestEngine(folder, { clock, keystore: test.keystore });
  onTestFinished(() => after.engine.close());
  clock.set(clock.now() - STEP);
  const later = (await waiting(after.engine)).confirmSignIn({ code });
  expect(await problemOf(later)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
});

it('a code that is used in two windows at once opens one of them', async () => {
  const { app, waiting } = await start();
  const windows = [await waiting(), await waiting(), await waiting()];
  const code = app.code();
  const outcomes = await Promise.allSettled(windows.map((account) => account.confirmSignIn({ code })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('the code with which an app was set up opens nothing afterwards', async () => {
  const { clock, app, waiting } = await start();
  clock.set(clock.now() - STEP);
  const setUpWith = app.code();
  const again = (await waiting()).confirmSignIn({ code: setUpWith });
  expect(await problemOf(again)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
});
