import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { answerInProgress, ask, beginConversation, waitForAnswer, waitForWords } from './support/assistant';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { findHost, waitForNewHost } from './support/processes';
import { openMemberWorld, type World } from './support/world';

/* In the middle of an answer means: the model host is held still after its first words, so that they cannot end. */
describe.runIf(process.platform === 'linux')('an answer that is disturbed', { timeout: 150_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openMemberWorld();
  });
  afterAll(() => world?.close());
  afterEach((context) => leavePictureOfFailure(context, world.stage));
  beforeEach(async () => {
    await beginConversation(world.stage.page);
  });

  /** Asks, waits for the first words, and holds the model still. */
  async function askAndHold(): Promise<{ model: number; words: string }> {
    const { page } = world.stage;
    await ask(page, STORY.question);
    const words = await waitForWords(page);
    const model = findHost(world.stage, 'model');
    process.kill(model, 'SIGSTOP');
    expect(await answerInProgress(page).isVisible()).toBe(true);
    return { model, words };
  }

  async function expectUsable(): Promise<void> {
    await ask(world.stage.page, STORY.question);
    const answer = await waitForAnswer(world.stage.page);
    await answer.getByText('The starter model answered.').waitFor();
  }

  test('survives a reload of the window, which joins it again', async () => {
    const { page } = world.stage;
    const { model, words } = await askAndHold();
    await page.reload();
    expect(lettersOf(await waitForWords(page))).toContain(lettersOf(words));
    process.kill(model, 'SIGCONT');
    await waitForAnswer(page);
    expect(await page.getByRole('article', { name: 'Answer' }).count()).toBe(1);
  });

  test('is the only thing lost when the model host is killed', async () => {
    const { page } = world.stage;
    const { model } = await askAndHold();
    const engine = findHost(world.stage, 'engine');
    process.kill(model, 'SIGKILL');
    const answer = page.getByRole('article', { name: 'Answer' }).last();
    await answer.getByText('Failed', { exact: true }).waitFor();
    await answer.getByText('A part of the console stopped').waitFor();
    await answerInProgress(page).waitFor({ state: 'detached' });
    await expectUsable();
    expect(findHost(world.stage, 'engine')).toBe(engine);
  });

  test('is the only thing lost when the model host hangs', async () => {
    const { page } = world.stage;
    const { model } = await askAndHold();
    const answer = page.getByRole('article', { name: 'Answer' }).last();
    // The engine asks a host every few seconds whether it is alive, and ends one that is silent too often.
    await answer.getByText('Failed', { exact: true }).waitFor({ timeout: 60_000 });
    await expectUsable();
    expect(findHost(world.stage, 'model')).not.toBe(model);
  });

  test('is marked interrupted when the engine host is killed; the window reconnects and goes on', async () => {
    const { page } = world.stage;
    await askAndHold();
    const first = findHost(world.stage, 'engine');
    process.kill(first, 'SIGKILL');
    // The next one is held still while it starts, so that the line stays cut until the banner was seen.
    const second = await waitForNewHost(world.stage, 'engine', first);
    process.kill(second, 'SIGSTOP');
    const banner = page.getByText('Reconnecting…');
    await banner.waitFor();
    process.kill(second, 'SIGCONT');
    await banner.waitFor({ state: 'detached' });
    const answer = page.getByRole('article', { name: 'Answer' }).last();
    await answer.getByText('Interrupted', { exact: true }).waitFor();
    await page.getByRole('button', { name: `Account: ${STORY.tenant.administrator.name}` }).waitFor();
    await expectUsable();
  });
});

/** The letters of a text alone: its beginning may look otherwise once more of its Markdown is there. */
function lettersOf(text: string): string {
  return text.replaceAll(/\P{L}+/gu, '');
}
