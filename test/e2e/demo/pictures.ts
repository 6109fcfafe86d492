/**
 * Takes the pictures of the documentation anew:
 *   npm run with -- tsx test/e2e/demo/pictures.ts
 * Some come from the guided demonstration, the others from the sample data.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MEMBER_PASSWORD, OPERATOR, TENANTS } from '../../../src/hosts/sampleData/scene';
import { settled } from '../support/accessibility';
import { signInMember, signInOperator, signOut } from '../support/accounts';
import { goTo } from '../support/stage';
import { openTab, openTenant } from '../support/tenants';
import { openWorld, type World } from '../support/world';
import { DEMONSTRATION, play, takePicture } from './play';
import { STORY } from './story';

const FOLDER = resolve('docs/images');
/** Pictures of the demonstration that the documentation shows. */
const FROM_DEMONSTRATION = ['first-run', 'wizard-review', 'answer'];
const SAMPLE_MS = 180_000;
const SECOND_OF_CHARTS = 1_000;

await fromDemonstration();
await fromSampleData();

async function inWorld(env: Record<string, string>, show: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld(env);
  try {
    await world.stage.page.emulateMedia({ colorScheme: 'light' });
    await show(world);
  } finally {
    await world.close();
  }
}

async function fromDemonstration(): Promise<void> {
  const pictures = mkdtempSync(join(tmpdir(), 'riscura-pictures-'));
  const last = DEMONSTRATION.findIndex(({ picture }) => picture === FROM_DEMONSTRATION.at(-1));
  try {
    await inWorld({}, async ({ stage }) => {
      await play(stage, STORY, { pictures, steps: DEMONSTRATION.slice(0, last + 1) });
    });
    mkdirSync(FOLDER, { recursive: true });
    for (const name of FROM_DEMONSTRATION) {
      const taken = readdirSync(pictures).find((file) => file.endsWith(`-${name}.png`));
      if (!taken) throw new Error(`the demonstration takes no picture called ${name}`);
      copyFileSync(join(pictures, taken), join(FOLDER, `${name}.png`));
    }
  } finally {
    rmSync(pictures, { recursive: true });
  }
}

async function fromSampleData(): Promise<void> {
  const [scene] = TENANTS;
  if (!scene) throw new Error('the sample data has no tenant');
  const member = { ...scene.tenant, administrator: { ...scene.administrator, password: MEMBER_PASSWORD } };
  await inWorld({ RISCURA_SAMPLE: '1' }, async ({ stage }) => {
    const { page } = stage;
    const picture = async (name: string) => {
      await settled(page);
      // The charts draw themselves within this time, with nothing to wait for.
      await page.waitForTimeout(SECOND_OF_CHARTS);
      await takePicture(stage, join(FOLDER, `${name}.png`));
    };
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: SAMPLE_MS });
    await signInOperator(page, OPERATOR);
    await page.getByRole('table', { name: 'Tenants' }).getByText(scene.tenant.name).waitFor();
    await picture('tenants');
    await goTo(page, '/models');
    await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
    await picture('models');
    await goTo(page, '/keys');
    await page.getByRole('table', { name: 'Database keys of the tenants' }).waitFor();
    await picture('keys');
    await openTenant(page, scene.tenant.name);
    await page.getByRole('region', { name: /Key figures of/ }).waitFor();
    await picture('overview');
    await signOut(page);
    await signInMember(page, member);
    await openTab(page, 'Isolation');
    await picture('isolation');
    await openTab(page, 'Users');
    await page.getByRole('table', { name: 'People' }).waitFor();
    await picture('people');
    await openTab(page, 'Security');
    await picture('access');
    await openTab(page, 'Audit');
    await picture('audit');
  });
}
