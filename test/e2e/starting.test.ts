import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lockFolder } from '../../src/adapters/folderLock';
import { type Desktop, startDesktop, until } from '../support/desktop';
import { STORY } from './demo/story';
import { createOperator, signInMember, signInOperator, signOut } from './support/accounts';
import { addDocuments, ask, boundAnswers, waitForAnswer } from './support/assistant';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { openStage, type Stage } from './support/stage';
import { createTenant, openTab } from './support/tenants';

describe.runIf(process.platform === 'linux')('starting the console', { timeout: 150_000 }, () => {
  let desktop: Desktop;
  let dataFolder: string;
  let stage: Stage | undefined;
  /** What the answer said that was there before. */
  let answered: string | null;

  beforeAll(async () => {
    desktop = await startDesktop();
    dataFolder = desktop.makeFolder('data');
    const { page } = await open();
    await createOperator(page, STORY.operator);
    await createTenant(page, STORY.tenant);
    await signOut(page);
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Documents');
    await addDocuments(page, STORY.documents);
    await openTab(page, 'Settings');
    await boundAnswers(page, STORY.answerTokens);
    await openTab(page, 'Assistant');
    await ask(page, STORY.question);
    answered = await (await waitForAnswer(page)).locator('p').first().textContent();
    await close();
  }, 200_000);
  afterEach(async (context) => {
    await leavePictureOfFailure(context, stage);
    await close();
  });
  afterAll(async () => {
    await close();
    await desktop?.stop();
  });

  async function open(): Promise<Stage> {
    stage = await openStage(desktop, { dataFolder });
    return stage;
  }

  async function close(): Promise<void> {
    await stage?.close();
    stage = undefined;
  }

  /** Starts a console on the data folder that Playwright does not drive. */
  function startAnother() {
    const child = spawn(desktop.launcher, ['--disable-gpu', process.cwd()], {
      cwd: '/',
      env: { ...desktop.env, RISCURA_DATA: dataFolder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    return { child, said: () => said };
  }

  test('a second time finds everything that was there', async () => {
    const { page } = await open();
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Documents');
    for (const { name } of STORY.documents) {
      await page.getByRole('row').filter({ hasText: name }).getByText('Ready', { exact: true }).waitFor();
    }
    await openTab(page, 'Assistant');
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link').first().click();
    const answer = await waitForAnswer(page);
    expect(await answer.locator('p').first().textContent()).toBe(answered);
  });

  test('beside one that runs ends at once and brings that one to the front', async () => {
    const { app, page } = await open();
    const called = app.evaluate(
      ({ app }) => new Promise<boolean>((resolve) => app.once('second-instance', () => resolve(true))),
    );
    const [code] = await once(startAnother().child, 'exit');
    expect(code).toBe(0);
    expect(await called).toBe(true);
    await signInOperator(page, STORY.operator);
  });

  test('on a data folder that another program works on is refused, and says why', async () => {
    const lock = await lockFolder(dataFolder, 'custodian');
    expect(lock).not.toBeNull();
    const { child, said } = startAnother();
    try {
      await until('the refusal', () => said().includes('works on this data folder'), 30_000);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
      lock?.release();
    }
  });

  test('with a locked keyring shows a sealed installation and what to do, and goes on by itself once it is unlocked', async () => {
    await desktop.keyring.lock();
    try {
      const { page } = await open();
      await page.getByRole('heading', { name: 'The installation is sealed' }).waitFor();
      const problem = page.getByRole('alert');
      expect(await problem.textContent()).toContain('The keychain of the system cannot be used.');
      expect(await problem.textContent()).toContain('Unlock the keychain');
    } finally {
      await desktop.keyring.unlock();
    }
    const page = stage?.page;
    await page?.getByRole('heading', { name: 'Sign in' }).waitFor();
    if (page) await signInMember(page, STORY.tenant);
  });
});
