import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MEMBER_PASSWORD, OPERATOR, TENANTS } from '../../src/hosts/sampleData/scene';
import { startDesktop } from '../support/desktop';
import type { Organisation } from './demo/story';
import { graveViolations, overflow, settled } from './support/accessibility';
import { createOperator, signInMember, signInOperator, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { memberScreens, operatorScreens, type Screen } from './support/screens';
import { openStage, resize, type Stage, WINDOW } from './support/stage';
import { openTenant, tenantOnScreen, wizard } from './support/tenants';
import { openWorld, type World } from './support/world';

const SCHEMES = ['light', 'dark'] as const;
const SIZES = [WINDOW, { width: 1024, height: 768 }, { width: 390, height: 844 }] as const;
const SAMPLE_MS = 180_000;
const [SCENE] = TENANTS;

/** The first tenant of the sample data. */
function sampleTenant(): Organisation {
  if (!SCENE) throw new Error('the sample data has no tenant');
  return { ...SCENE.tenant, administrator: { ...SCENE.administrator, password: MEMBER_PASSWORD } };
}

/** What is wrong with a screen: axe in both themes, and what is wider than the window at each size. */
async function faultsOf({ page, app }: Pick<Stage, 'page' | 'app'>, screen: Screen): Promise<string[]> {
  const faults: string[] = [];
  await screen.open(page);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    const found = await graveViolations(page);
    faults.push(...found.map((violation) => `${screen.name}, ${colorScheme}: ${violation}`));
  }
  for (const size of SIZES) {
    await resize(app, size);
    await settled(page);
    const over = await overflow(page);
    if (over > 0) faults.push(`${screen.name}: ${over} px too wide at ${size.width}`);
  }
  await resize(app, WINDOW);
  await screen.close?.(page);
  return faults;
}

describe.runIf(process.platform === 'linux')('every screen', { timeout: 240_000 }, () => {
  const tenant = sampleTenant();
  let world: World;
  let tenantId: string;
  beforeAll(async () => {
    world = await openWorld({ RISCURA_SAMPLE: '1' });
    const { page } = world.stage;
    await page.getByRole('heading', { name: 'Preparing sample data', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor({ timeout: SAMPLE_MS });
    await signInOperator(page, OPERATOR);
    await openTenant(page, tenant.name);
    tenantId = tenantOnScreen(page);
    await signOut(page);
  }, 240_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterEach(async () => {
    await world.stage.page.emulateMedia({ colorScheme: null });
    await resize(world.stage.app, WINDOW);
    await signOut(world.stage.page);
  });
  afterAll(() => world?.close());

  async function faultsOfAll(screens: readonly Screen[]): Promise<string[]> {
    const faults: string[] = [];
    for (const screen of screens) faults.push(...(await faultsOf(world.stage, screen)));
    return faults;
  }

  test('shows the course of fourteen days for each tenant of the sample data', async () => {
    const { page } = world.stage;
    await signInOperator(page, OPERATOR);
    const courses = page.getByRole('img', { name: 'Queries a day of the last 14 days' });
    await courses.first().waitFor();
    for (const words of await courses.evaluateAll((all) => all.map((each) => each.ariaLabel ?? ''))) {
      const days = words
        .slice(words.indexOf(':') + 1)
        .split(',')
        .map(Number);
      expect(days).toHaveLength(14);
      expect(days.slice(0, -1).every((queries) => queries > 0)).toBe(true);
    }
    expect(world.stage.log()).not.toMatch(/"level":"error"/);
  });

  test('of an operator is accessible in both themes and fits every width', async () => {
    await signInOperator(world.stage.page, OPERATOR);
    expect(await faultsOfAll(operatorScreens(tenantId))).toEqual([]);
  });

  test('of a member is accessible in both themes and fits every width', async () => {
    await signInMember(world.stage.page, tenant);
    expect(await faultsOfAll(memberScreens(tenantId))).toEqual([]);
  });

  test('keeps the answers of the wizard over a reload, but no password', async () => {
    const { page } = world.stage;
    const organisation = { ...tenant, name: 'Reloaded Ltd', domain: 'reloaded.example' };
    await signInOperator(page, OPERATOR);
    await wizard.open(page);
    await wizard.organisation(page, organisation);
    await wizard.plan(page);
    await wizard.residency(page);
    await wizard.model(page);
    await wizard.administrator(page, organisation);
    await page.getByRole('heading', { name: 'Review', level: 2 }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(kept).toContain(organisation.domain);
    expect(kept).not.toContain(organisation.administrator.password);

    await page.reload();
    const email = page.getByLabel('Administrator’s e-mail');
    await email.waitFor();
    expect(await email.inputValue()).toBe(organisation.administrator.email);
    expect(await page.getByLabel('First password').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Tenants', exact: true }).click();
    await wizard.open(page);
    expect(await page.getByLabel('Organisation name').inputValue()).toBe('');
  });

  test('is found by its name from the keyboard: tenants, pages, actions', async () => {
    const { page } = world.stage;
    await signInOperator(page, OPERATOR);
    const choose = async (words: string) => {
      await page.keyboard.press('Control+K');
      const search = page.getByPlaceholder('Find a tenant, page or action');
      await search.fill(words);
      await page.getByRole('dialog').getByRole('button').first().filter({ hasText: words }).waitFor();
      await page.keyboard.press('Enter');
      await search.waitFor({ state: 'hidden' });
    };
    await choose(TENANTS[1]?.tenant.name ?? '');
    await page.getByRole('heading', { name: TENANTS[1]?.tenant.name, level: 1 }).waitFor();
    await choose('Network');
    await page.getByRole('heading', { name: 'Network', level: 1 }).waitFor();
    await choose('Create a tenant');
    await page.getByRole('heading', { name: 'Create tenant', level: 1 }).waitFor();
  });

  test('is found by what is typed when Enter comes before the answer', async () => {
    const { page } = world.stage;
    const [seen, wanted] = TENANTS.map((scene) => scene.tenant.name);
    await signInOperator(page, OPERATOR);
    await page.keyboard.press('Control+K');
    const search = page.getByPlaceholder('Find a tenant, page or action');
    await search.fill(seen ?? '');
    await page.getByRole('dialog').getByRole('button').first().filter({ hasText: seen }).waitFor();
    await search.evaluate((input: HTMLInputElement, words) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, words);
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true }));
    }, wanted);
    await page.getByRole('heading', { name: wanted, level: 1 }).waitFor();
  });
});

describe.runIf(process.platform === 'linux')('the first screen of a fresh console', () => {
  test('is accessible in both themes and fits every width', async () => {
    const world = await openWorld();
    try {
      await world.stage.page.getByRole('heading', { name: 'Welcome to RISCURA Console' }).waitFor();
      expect(await faultsOf(world.stage, { name: 'first run', open: async () => undefined })).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe.runIf(process.platform === 'linux')(
  'the page of a sealed installation',
  { timeout: 150_000 },
  () => {
    test('is accessible in both themes and fits every width', async () => {
      const desktop = await startDesktop();
      try {
        const dataFolder = desktop.makeFolder('data');
        const first = await openStage(desktop, { dataFolder });
        await createOperator(first.page, OPERATOR);
        await first.close();
        await desktop.keyring.lock();
        const { page, app, close } = await openStage(desktop, { dataFolder });
        await page.getByRole('heading', { name: 'The installation is sealed' }).waitFor();
        expect(await faultsOf({ page, app }, { name: 'sealed', open: async () => undefined })).toEqual([]);
        await close();
      } finally {
        await desktop.stop();
      }
    });
  },
);
