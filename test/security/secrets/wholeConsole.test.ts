import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { play } from '../../e2e/demo/play';
import { STORY, type Story } from '../../e2e/demo/story';
import { readSecrets } from '../../e2e/support/keys';
import { makePdf } from '../../e2e/support/pdf';
import { leavePictureOfFailure } from '../../e2e/support/pictureOnFailure';
import { findHost, statusOf, waitForNewHost } from '../../e2e/support/processes';
import { openStage, type Stage } from '../../e2e/support/stage';
import { type Desktop, startDesktop, until } from '../../support/desktop';
import { findInText, findSecrets, type Secret, wordSecret } from './search';

/** Words that occur nowhere by chance, one for each thing that must not be read. */
const WORDS = {
  operatorPassword: 'parolenzelwerk77',
  memberPassword: 'losungszelwort99',
  question: 'quastelbrink',
  pdf: 'dokumarelle',
  markdown: 'markdunzelig',
  documentName: 'namzelbrod',
};

const CANARIES: Story = {
  ...STORY,
  operator: { ...STORY.operator, password: `${WORDS.operatorPassword} herons` },
  tenant: {
    ...STORY.tenant,
    administrator: { ...STORY.tenant.administrator, password: `${WORDS.memberPassword} lantern` },
  },
  documents: [
    {
      name: `${WORDS.documentName}.pdf`,
      type: 'application/pdf',
      content: makePdf([
        'Key risk factors of our industry',
        `The ${WORDS.pdf} risk is the largest risk factor of our industry.`,
      ]),
    },
    {
      name: 'Policy.md',
      type: 'text/markdown',
      content: Buffer.from(`# Risk policy\n\nThe board limits the ${WORDS.markdown} risk every quarter.\n`),
    },
  ],
  question: `What are the key risk factors, ${WORDS.question} among them, for our industry?`,
};

describe.runIf(process.platform === 'linux')('what the console leaves', { timeout: 240_000 }, () => {
  let desktop: Desktop;
  let stage: Stage;
  let secrets: Secret[];

  beforeAll(async () => {
    desktop = await startDesktop();
    stage = await openStage(withCoreFiles(desktop), { dataFolder: desktop.makeFolder('data') });
    await play(stage, CANARIES);
    const words = Object.entries(WORDS).map(([name, word]) => wordSecret(name, word));
    secrets = [...words, ...keysOf(desktop)];
  }, 240_000);
  afterEach((context) => leavePictureOfFailure(context, stage));
  afterAll(async () => {
    await stage?.close();
    await desktop?.stop();
  });

  test('is searched for real: the keys are known, and what may be found is found', () => {
    expect(secrets.length - Object.keys(WORDS).length).toBeGreaterThanOrEqual(2);
    const catalogue = findSecrets([desktop.home], [wordSecret('domain', CANARIES.tenant.domain)]);
    expect(catalogue.join()).toContain('catalog.db');
  });

  test('on the disk and in the log holds no conversation, document, password or key, in no form', () => {
    expect(findSecrets([desktop.home], secrets)).toEqual([]);
    expect(findInText(stage.log(), secrets)).toEqual([]);
  });

  test('after a crash of the engine host is no dump and no more words', async () => {
    const engine = findHost(stage, 'engine');
    expect(readFileSync(`/proc/${engine}/limits`, 'utf8')).toMatch(/Max core file size\s+0\s+0\s/);
    expect(statusOf(engine, 'Name')).not.toBe('');
    process.kill(engine, 'SIGABRT');
    await waitForNewHost(stage, 'engine', engine);
    await stage.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(dumpsBelow(desktop.home)).toEqual([]);
    expect(findSecrets([desktop.home], secrets)).toEqual([]);
    expect(findInText(stage.log(), secrets)).toEqual([]);
  });

  test('once it is closed holds nothing of them either', async () => {
    const { pid } = stage.app.process();
    await stage.close();
    await until('the end of the console', () => !readdirSync('/proc').includes(String(pid)));
    expect(findSecrets([desktop.home], secrets)).toEqual([]);
  });
});

/** A desktop whose programs may write core files, so that it is the console that forbids them. */
function withCoreFiles(desktop: Desktop): Desktop {
  const launcher = join(dirname(desktop.launcher), 'electron-with-core-files');
  writeFileSync(launcher, `#!/bin/sh\nulimit -c "$(ulimit -H -c)"\nexec '${desktop.launcher}' "$@"\n`, {
    mode: 0o755,
  });
  return { ...desktop, launcher };
}

/** The keys that the keyring holds, as bytes. */
function keysOf(desktop: Desktop): Secret[] {
  return readSecrets(desktop).flatMap((text, index) => {
    // Checkpoints of the audit chains lie there too, and are no secret.
    const { key }: { key?: string } = JSON.parse(text);
    return key === undefined ? [] : [{ name: `key ${index}`, bytes: Buffer.from(key, 'base64') }];
  });
}

function dumpsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(^|\/)core(\.\d+)?$|\.(dmp|core)$/.test(path),
  );
}
