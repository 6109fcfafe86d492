import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPasswordHasher } from '../../../src/adapters/argon2';
import type { ProviderFactory } from '../../../src/engine/ports';
import { deadProviders, startTestEngine } from '../../support/engine';
import { at, openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { inspectTenant } from '../../support/engine/soundness';
import { ADMINISTRATOR, createTenant, OPERATOR } from '../../support/engine/world';

/** Words that occur nowhere by chance, one for each thing that must not be read. */
const WORDS = {
  question: 'Quastelbrink',
  answer: 'Antwerzelung',
  document: 'Dokumarelle',
  documentName: 'Namzelbrod',
  instruction: 'Instrukzelei',
  title: 'Titulariander',
  customInstruction: 'Kustozelbrand',
  providerKey: 'sk-Geheimzelwurz-4711',
  userName: 'Nominalzelter',
  userPassword: 'Losungszelwort99',
  operatorPassword: 'Parolenzelwerk77',
};

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The forms in which a text may lie in a file: base64 at each of the three offsets, without its ragged ends. */
function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = whole.slice(offset === 0 ? 0 : offset + 1, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const texts = [text, text.toLowerCase(), text.toUpperCase(), bytes.toString('hex'), ...base64];
  return [...texts.map((one) => Buffer.from(one, 'utf8')), Buffer.from(text, 'utf16le')];
}

describe('the data folder and the log', () => {
  it('hold no word of a conversation, document, password or key, in no form', async () => {
    const folder = await folderUntil(onTestFinished);
    const hasher = createPasswordHasher(
      new URL('../../../src/adapters/argon2/hashWorker.ts', import.meta.url),
    );
    onTestFinished(() => hasher.close());
    const keys: (string | null)[] = [];
    const providers: ProviderFactory = {
      ...deadProviders,
      openAiCompatible(settings) {
        keys.push(settings.key);
        return deadProviders.openAiCompatible(settings);
      },
    };
    const test = startTestEngine(folder, { hasher, providers });
    test.runtime.script = async function* () {
      yield { type: 'text', text: `It is ${WORDS.answer}, says the document. ` };
      yield { type: 'text', text: `${WORDS.question} was asked.` };
    };
    const { client } = openTestWindow(test.engine);
    await client.installation.operators.createFirst({ ...OPERATOR, password: WORDS.operatorPassword });
    const id = await createTenant(client, {
      administrator: { ...ADMINISTRATOR, name: WORDS.userName, password: WORDS.userPassword },
    });
    await client.installation.models.declareProvider({
      kind: 'openai-compatible',
      name: 'Site server',
      baseUrl: 'http://127.0.0.1:9/v1',
      place: 'this-machine',
      region: null,
      evidence: null,
      key: WORDS.providerKey,
    });
    const { email: address } = OPERATOR;
    for (const password of [`${WORDS.operatorPassword}x`, WORDS.operatorPassword]) {
      await openTestWindow(test.engine)
        .client.installation.operators.signIn({ email: address, password })
        .catch((problem: unknown) => expect(problem).toMatchObject({ code: 'WRONG_CREDENTIALS' }));
    }
    const window = openTestWindow(test.engine);
    const member = window.client;
    const { email } = ADMINISTRATOR;
    await expect(
      member.tenant.identity.signIn({ email, password: `${WORDS.userPassword}x` }, at(id)),
    ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await member.tenant.identity.signIn({ email, password: WORDS.userPassword }, at(id));
    const configuration = await member.tenant.configuration.read({}, at(id));
    await member.tenant.configuration.update({ ...configuration, instructions: WORDS.instruction }, at(id));
    const file = new File(
      [`The ${WORDS.document} is a risk of the industry. `.repeat(400)],
      `${WORDS.documentName}.txt`,
    );
    await member.tenant.knowledge.add({ file }, at(id));
    for await (const documents of await member.tenant.knowledge.watch({}, at(id))) {
      if (documents[0]?.state === 'ready') break;
    }
    const question = { content: `What of the ${WORDS.question} and the ${WORDS.document}?` };
    const options = { customInstructions: [WORDS.customInstruction] };
    for await (const _ of await member.tenant.assistant.ask({ ...question, options }, at(id)));
    const { conversations } = await member.tenant.assistant.conversations({ search: WORDS.answer }, at(id));
    expect(conversations).toHaveLength(1);
    await member.tenant.assistant.rename({ id: conversations[0]?.id ?? '', title: WORDS.title }, at(id));
    test.runtime.script = async function* () {
      yield { type: 'text', text: WORDS.answer };
      throw new Error('the model host died');
    };
    for await (const _ of await member.tenant.assistant.ask(question, at(id)));
    const credentials = [
      ...(window.kept.credential ?? '').split(' '),
      ...[...test.keystore.keys.values()].map((key) => Buffer.from(key).toString('hex')),
    ];
    expect(keys).toContain(WORDS.providerKey);

    const search = async (when: string) => {
      const files = await filesUnder(folder);
      expect(files.length).toBeGreaterThan(2);
      const found: string[] = [];
      for (const path of files) {
        const bytes = await readFile(path);
        for (const [what, word] of Object.entries(WORDS)) {
          if (formsOf(word).some((form) => bytes.includes(form))) found.push(`${what} in ${path}`);
        }
        for (const secret of credentials) if (bytes.includes(secret)) found.push(`a credential in ${path}`);
        for (const [name, key] of test.keystore.keys)
          if (bytes.includes(Buffer.from(key))) found.push(`${name} in ${path}`);
      }
      const log = Buffer.from(test.log.lines.join('\n'));
      for (const [what, word] of Object.entries(WORDS)) {
        if (formsOf(word).some((form) => log.includes(form))) found.push(`${what} in the log`);
      }
      for (const secret of credentials) if (log.includes(secret)) found.push('a credential in the log');
      expect({ when, found }).toEqual({ when, found: [] });
    };
    // With the write-ahead logs in place, and after they were folded in.
    expect((await filesUnder(folder)).some((path) => path.endsWith('-wal'))).toBe(true);
    await search('while it is open');
    await test.engine.close();
    await search('after it was closed');

    // The search would find them: under the first layer the words that rely on it alone are there, the others are not.
    const { seen } = await inspectTenant(folder, test.keystore, id, async (database) => {
      const tables = await database.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      );
      const texts: string[] = [];
      for (const { name } of tables)
        texts.push(JSON.stringify(await database.read(`SELECT * FROM "${name}"`)));
      return texts.join('\n');
    });
    expect(seen).toContain(WORDS.document);
    for (const word of [WORDS.question, WORDS.answer, WORDS.instruction, WORDS.title, WORDS.userPassword]) {
      expect(formsOf(word).some((form) => Buffer.from(seen).includes(form))).toBe(false);
    }
  });
});
