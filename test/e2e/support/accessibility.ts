import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright';
import { until } from '../../support/desktop';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.1 AA, and what axe knows beyond it. */
const OPTIONS: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] },
  resultTypes: ['violations'],
};

const GRAVE = ['serious', 'critical'];

/**
 * What axe finds serious or critical on the screen, one line each: rule, element, what is wrong. Nothing fades meanwhile:
 * words that are half there have no contrast.
 */
export async function graveViolations(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await settled(page);
  await page.evaluate(SOURCE);
  const { violations } = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
    OPTIONS,
  );
  return violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Waits until nothing on the screen moves but what moves for ever, and nothing is being read. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const reading = document.querySelector('main [aria-busy="true"]');
    const moving = document
      .getAnimations()
      .some(
        ({ playState, effect }) =>
          playState === 'running' && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY,
      );
    return !reading && !moving;
  });
}

const LAYOUT_MS = 3_000;

/** By how many pixels the page stays wider than the window, once its charts have drawn themselves anew. */
export async function overflow(page: Page): Promise<number> {
  const tooWide = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await until('a layout that fits', async () => (await tooWide()) <= 0, LAYOUT_MS).catch(() => undefined);
  return Math.max(0, await tooWide());
}
