import { fillMember, signOut } from '../../support/accounts';
import {
  addDocuments,
  ask,
  boundAnswers,
  closePanel,
  waitForAnswer,
  waitForWords,
} from '../../support/assistant';
import { openTab } from '../../support/tenants';
import type { Step } from '../step';

/** The administrator of the tenant adds what it knows, and asks. */
export const answer: readonly Step[] = [
  {
    title: 'The tenant’s administrator signs in with its domain',
    picture: 'member-sign-in',
    run: async ({ stage: { page }, story }) => fillMember(page, story.tenant),
  },
  {
    title: 'Documents are added, read apart, encrypted and indexed',
    picture: 'documents',
    run: async ({ stage: { page }, story }) => {
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: story.tenant.name, level: 1, exact: true }).waitFor();
      await openTab(page, 'Documents');
      await addDocuments(page, story.documents);
    },
  },
  {
    title: 'Settings bound the length of an answer',
    picture: 'settings',
    run: async ({ stage: { page }, story }) => {
      await openTab(page, 'Settings');
      await boundAnswers(page, story.answerTokens);
    },
  },
  {
    title: 'A question is asked, and the answer streams in',
    picture: 'answer-streaming',
    run: async ({ stage: { page }, story }) => {
      await openTab(page, 'Assistant');
      await ask(page, story.question);
      // A short answer may be finished before its first words were seen.
      await Promise.any([waitForWords(page), waitForAnswer(page)]);
    },
  },
  {
    title: 'The answer of the starter model is finished, with its sources',
    picture: 'answer',
    run: async ({ stage: { page }, memory }) => {
      const finished = await waitForAnswer(page);
      await finished.getByRole('heading', { name: 'Sources' }).waitFor();
      await finished.getByText('The starter model answered.').waitFor();
      memory.conversation = new URL(page.url()).hash.slice(1);
    },
  },
  {
    title: 'A source shows the passage that the model was given',
    picture: 'source',
    run: async ({ stage: { page }, story }) => {
      const finished = await waitForAnswer(page);
      await finished.getByRole('button', { name: /^Source\s+1\b/ }).click();
      const panel = page.getByRole('dialog', { name: 'Source 1' });
      await panel.getByRole('blockquote').waitFor();
      const named = story.documents.map(({ name }) => panel.getByText(name));
      const shown = await Promise.all(named.map((each) => each.isVisible()));
      if (!shown.includes(true)) throw new Error('the source names none of the documents');
    },
  },
  {
    title: 'The receipt says which model answered, where, and at what cost',
    picture: 'receipt',
    run: async ({ stage: { page } }) => {
      await closePanel(page);
      const finished = await waitForAnswer(page);
      await finished.getByRole('button', { name: 'Receipt' }).click();
      const panel = page.getByRole('dialog', { name: 'Receipt' });
      await panel.getByText('This machine').waitFor();
      await panel.getByText('Local only').waitFor();
      await panel.getByText('as the provider reported').waitFor();
    },
  },
  {
    title: 'The Overview shows the query, its tokens, latency and cost',
    picture: 'overview',
    run: async ({ stage: { page } }) => {
      await closePanel(page);
      await openTab(page, 'Overview');
      const figures = page.getByRole('region', { name: /Key figures of/ });
      await figures.getByText('1', { exact: true }).first().waitFor();
      await page.getByRole('table', { name: 'Recent queries' }).getByText('Answered').waitFor();
    },
  },
  {
    title: 'The administrator signs out',
    run: async ({ stage: { page } }) => signOut(page),
  },
];
