import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFailed } from 'vitest';
import type { Stage } from './stage';

const FOLDER = resolve('out/test/e2e');

/** When the test that runs fails, leaves a picture of its window and what the console wrote in out/test/e2e. */
export function leavePictureOnFailure(stage: () => Stage | undefined): void {
  onTestFailed(async ({ task }) => {
    const shown = stage();
    if (!shown) return;
    mkdirSync(FOLDER, { recursive: true });
    const name = join(FOLDER, task.name.replaceAll(/\W+/g, '-').slice(0, 60));
    writeFileSync(`${name}.log`, [...shown.mistakes(), shown.log()].join('\n'));
    await shown.page.screenshot({ path: `${name}.png`, timeout: 5_000 }).catch(() => undefined);
  });
}
