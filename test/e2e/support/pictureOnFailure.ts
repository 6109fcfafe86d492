import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';
import type { Stage } from './stage';

const FOLDER = resolve('out/test/e2e');

/**
 * When a test has failed, leaves a picture of its window and what the console wrote in out/test/e2e. Called
 * from `afterEach`, before the window is closed.
 */
export async function leavePictureOfFailure({ task }: TestContext, stage: Stage | undefined): Promise<void> {
  if (task.result?.state !== 'fail' || !stage) return;
  mkdirSync(FOLDER, { recursive: true });
  const name = join(FOLDER, task.name.replaceAll(/\W+/g, '-').slice(0, 60));
  writeFileSync(`${name}.log`, [...stage.mistakes(), stage.log()].join('\n'));
  await stage.page.screenshot({ path: `${name}.png`, timeout: 5_000 }).catch(() => undefined);
}
