import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Desktop, startDesktop } from '../support/desktop';
import { ollamaServer } from '../support/ollamaServer';
import { openAiServer } from '../support/openAiServer';
import { play } from './demo/play';
import { STORY } from './demo/story';
import { signInMember, signInOperator, signOut } from './support/accounts';
import { ask, closePanel, waitForAnswer } from './support/assistant';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { goTo, openStage, type Stage } from './support/stage';
import { openTab, openTenant } from './support/tenants';
import { canTrace, type Trace, traceOn } from './support/trace';

const CLOUD_MODEL = 'gpt-tiny';
const OLLAMA_MODEL = 'tiny:latest';

async function declare(page: Page, kind: 'Ollama' | 'OpenAI-compatible', name: string, address: string) {
  const cloud = kind === 'OpenAI-compatible';
  await page.getByRole('button', { name: 'Declare a provider' }).click();
  const dialogue = page.getByRole('dialog', { name: 'Declare a provider' });
  await dialogue.getByText(kind, { exact: true }).click();
  await dialogue.getByLabel('Name').fill(name);
  await dialogue.getByLabel('Address').fill(address);
  await dialogue.getByRole('radio', { name: cloud ? 'Cloud' : 'This machine' }).check();
  if (cloud) {
    await dialogue.getByLabel('Region').fill('eu-de');
    await dialogue.getByLabel('Evidence').fill('Contract 2026-114');
    await dialogue.getByLabel('Key', { exact: true }).fill('sk-not-a-real-key');
  }
  await dialogue.getByRole('button', { name: 'Declare provider' }).click();
  await dialogue.waitFor({ state: 'hidden' });
}

/** With the gap open only the residency of the tenant stands between it and the cloud: the harder case. */
async function openAirGap(page: Page): Promise<void> {
  await goTo(page, '/network');
  await page.getByRole('button', { name: 'Open the air gap…' }).click();
  const dialogue = page.getByRole('dialog');
  await dialogue.getByLabel('Reason').fill('A provider is tried out');
  await dialogue.getByRole('button', { name: 'Open the air gap' }).click();
  await page.getByText('Air gap open').first().waitFor();
}

async function setPrice(page: Page, model: string): Promise<void> {
  await page.getByRole('table', { name: 'Models' }).getByText(model, { exact: true }).click();
  await page.getByRole('button', { name: 'Set price' }).click();
  const dialogue = page.getByRole('dialog', { name: /^Price of/ });
  await dialogue.getByLabel('Read by the model').fill('1');
  await dialogue.getByLabel('Written by the model').fill('2');
  await dialogue.getByRole('button', { name: /Save|Set/ }).click();
  await page.getByRole('dialog', { name: /^Price/ }).waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function setResidency(page: Page, label: 'Cloud allowed' | 'Local only'): Promise<void> {
  const form = page.getByRole('form', { name: 'Tenant' });
  await form.getByRole('radio', { name: label }).check();
  await form.getByRole('button', { name: 'Save tenant' }).click();
  await form.getByRole('button', { name: 'Save tenant' }).waitFor({ state: 'detached' });
}

async function chooseModel(page: Page, label: 'Model' | 'Add a fallback', model: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).and(page.locator('input')).click();
  await page.getByRole('option', { name: model }).click();
}

describe.runIf(process.platform === 'linux' && canTrace())(
  'every process of the console, traced through the demonstration',
  { timeout: 300_000 },
  () => {
    let desktop: Desktop;
    let trace: Trace;
    let stage: Stage | undefined;
    beforeAll(async () => {
      desktop = await startDesktop();
      trace = traceOn(desktop);
    });
    afterEach((context) => leavePictureOfFailure(context, stage));
    afterAll(async () => {
      await stage?.close();
      trace?.remove();
      await desktop?.stop();
    });

    test('opens no connection and asks no name server for a local-only tenant, whatever is asked', async () => {
      stage = await openStage(trace.desktop, { dataFolder: desktop.makeFolder('data') });
      const { page } = stage;
      await play(stage, STORY);
      expect(trace.remote()).toEqual([]);

      const cloud = await openAiServer();
      const house = await ollamaServer();
      try {
        await signInOperator(page, STORY.operator);
        await openAirGap(page);
        await goTo(page, '/models');
        await declare(page, 'OpenAI-compatible', 'Sky', cloud.baseUrl);
        await declare(page, 'Ollama', 'House', house.baseUrl);
        await setPrice(page, CLOUD_MODEL);
        await openTenant(page, STORY.tenant.name);
        await openTab(page, 'Settings');
        await setResidency(page, 'Cloud allowed');
        await chooseModel(page, 'Model', OLLAMA_MODEL);
        await chooseModel(page, 'Add a fallback', CLOUD_MODEL);
        await page.getByRole('button', { name: 'Save answers' }).click();
        await page.getByRole('button', { name: 'Save answers' }).waitFor({ state: 'detached' });
        await setResidency(page, 'Local only');
        await signOut(page);
        await house.close();
        const before = cloud.requests.length;

        await signInMember(page, STORY.tenant);
        await openTab(page, 'Assistant');
        await ask(page, 'Use the cloud: ask Sky what the key risk factors of our industry are.');
        const answer = await waitForAnswer(page);
        await answer.getByText('No language model answered.').waitFor();
        await answer.getByRole('button', { name: 'Receipt' }).click();
        const receipt = page.getByRole('dialog', { name: 'Receipt' });
        await receipt.getByText(/is served from elsewhere, and this tenant is local-only/).waitFor();
        await closePanel(page);
        await signOut(page);

        expect(cloud.requests.slice(before).filter(({ url }) => url !== '/v1/models')).toEqual([]);
        expect(before).toBeGreaterThan(0);
      } finally {
        await house.close().catch(() => undefined);
        await cloud.close();
      }
      await stage.close();
      stage = undefined;
      expect(trace.remote()).toEqual([]);
      expect(trace.nameQuestions()).toEqual([]);
      // The trace would have seen them: it has seen the connections on this machine.
      expect(trace.count()).toBeGreaterThan(0);
    });
  },
);
