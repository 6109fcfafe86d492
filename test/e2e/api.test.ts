import { connect } from 'node:tls';
import OpenAI from 'openai';
import type { Page } from 'playwright';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/freePort';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { goTo } from './support/stage';
import { createTenant } from './support/tenants';
import { openWorld, type World } from './support/world';

/** Makes an API key by hand. @returns the key, which is shown once */
async function makeKey(page: Page, scope: string): Promise<string> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  const dialogue = page.getByRole('dialog');
  await dialogue.getByLabel('Name', { exact: true }).fill('Integration');
  await dialogue.getByLabel(scope, { exact: true }).check();
  await dialogue.getByRole('button', { name: 'Make key' }).click();
  const secret = await dialogue.getByLabel('API key').textContent();
  await dialogue.getByRole('button', { name: 'Done' }).click();
  return secret?.trim() ?? '';
}

/** The certificate that is shown there. */
function certificateAt(port: number): Promise<{ pem: string; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      socket.destroy();
      if (shown) resolve({ pem: shown.toString(), fingerprint: shown.fingerprint256 });
      else reject(new Error('no certificate is shown'));
    });
  });
}

describe.runIf(process.platform === 'linux')('the REST API', { timeout: 150_000 }, () => {
  let world: World;
  let certificate = '';
  let origin = '';
  beforeAll(async () => {
    world = await openWorld();
    await createOperator(world.stage.page, STORY.operator);
    await createTenant(world.stage.page, STORY.tenant);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('is opened by an operator on the Installation page', async () => {
    const { page } = world.stage;
    const port = await freePort();
    await goTo(page, '/installation');
    await page.getByRole('button', { name: 'Open…' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('Port').fill(String(port));
    await dialogue.getByRole('button', { name: 'Open the API' }).click();
    await page.getByText('The REST API is open').waitFor();
    origin = `https://localhost:${port}`;
    await page.getByText(`${origin}/api/v1/openapi.json`).waitFor();
    const { pem, fingerprint } = await certificateAt(port);
    // What the screen names is what the listener shows.
    await page.getByText(fingerprint, { exact: true }).waitFor();
    certificate = pem;
    await signOut(page);
  });

  test('answers OpenAI’s client with a key that a member made, over the real model', async () => {
    const { page } = world.stage;
    await signInMember(page, STORY.tenant);
    const apiKey = await makeKey(page, 'Ask the assistant');
    const dispatcher = new Agent({ connect: { ca: certificate } });
    const openai = new OpenAI({
      apiKey,
      baseURL: `${origin}/v1`,
      maxRetries: 0,
      fetch: (url, init) =>
        fetch(String(url), { ...init, dispatcher } as Parameters<
          typeof fetch
        >[1]) as unknown as Promise<Response>,
    });
    const stream = await openai.chat.completions.create({
      model: 'default',
      messages: [{ role: 'user', content: 'Say hello.' }],
      max_tokens: 16,
      stream: true,
    });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text.trim()).not.toBe('');
    await dispatcher.close();
    expect(world.stage.mistakes()).toEqual([]);
  });
});
