import type { Locator, Page } from 'playwright';
import { until } from '../../support/desktop';
import type { GivenDocument } from '../demo/story';

const READ_MS = 60_000;
const ANSWER_MS = 90_000;

/** Adds documents to the tenant on screen, on its tab Documents, and waits until each is ready. */
export async function addDocuments(page: Page, documents: readonly GivenDocument[]): Promise<void> {
  await page
    .getByLabel('Choose documents')
    .setInputFiles(documents.map(({ name, type, content }) => ({ name, mimeType: type, buffer: content })));
  for (const { name } of documents) {
    const row = page.getByRole('row').filter({ hasText: name });
    await row.getByText('Ready', { exact: true }).waitFor({ timeout: READ_MS });
  }
}

/** Bounds the length of answers, on the tab Settings: a small model may else go on and on. */
export async function boundAnswers(page: Page, tokens: number): Promise<void> {
  await page.getByLabel('Longest answer, tokens', { exact: true }).fill(String(tokens));
  await page.getByRole('button', { name: 'Save answers' }).click();
  await page.getByText('Answers saved').waitFor();
}

/** Leaves the conversation on screen and begins another. */
export async function beginConversation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New conversation', exact: true }).click();
  await page.getByRole('heading', { name: 'New conversation' }).waitFor();
}

/** Types a question and sends it. */
export async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Question' }).fill(question);
  await page.getByRole('button', { name: 'Send question' }).click();
  await page.getByRole('article', { name: 'Question' }).filter({ hasText: question }).last().waitFor();
}

const IN_PROGRESS = 'article[aria-label="Answer"][aria-busy="true"]';

/** The answer that is being written. */
export function answerInProgress(page: Page): Locator {
  return page.locator(IN_PROGRESS);
}

/** The words of the answer that is being written, as far as they have come; not those of its sources. */
export function wordsSoFar(page: Page): Promise<string> {
  return page.evaluate((selector) => {
    const answer = document.querySelector(selector);
    return [...(answer?.querySelectorAll('p, li:not(:has(p))') ?? [])]
      .filter((each) => !answer?.contains(each.closest('[aria-labelledby]')))
      .map((each) => each.textContent)
      .join('\n');
  }, IN_PROGRESS);
}

/** Waits until the first words of an answer have come. */
export async function waitForWords(page: Page): Promise<string> {
  let words = '';
  await until(
    'the first words of the answer',
    async () => {
      words = await wordsSoFar(page);
      return /\p{L}/u.test(words);
    },
    ANSWER_MS,
  );
  return words;
}

/** Waits until the newest answer is finished. */
export async function waitForAnswer(page: Page): Promise<Locator> {
  const answer = page.getByRole('article', { name: 'Answer' }).last();
  await answer.getByRole('button', { name: 'Receipt' }).waitFor({ timeout: ANSWER_MS });
  return answer;
}

export async function closePanel(page: Page): Promise<void> {
  const panel = page.getByRole('dialog');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
}
