import { join } from 'node:path';
import type { Stage } from '../support/stage';
import { answer } from './chapters/answer';
import { installation } from './chapters/installation';
import { lifecycle } from './chapters/lifecycle';
import { tenant } from './chapters/tenant';
import type { Memory, Step } from './step';
import type { Story } from './story';

/** The guided demonstration, in order: what a person does by hand in the first ten minutes. */
export const DEMONSTRATION: readonly Step[] = [...installation, ...tenant, ...answer, ...lifecycle];

export interface PlayOptions {
  readonly steps?: readonly Step[];
  /** Where the pictures go; without it none are taken. */
  readonly pictures?: string;
  /** Told of each step when it is over. */
  readonly onStep?: (step: Step, number: number, milliseconds: number, failure: unknown) => void;
}

/**
 * Plays steps on a stage, one after the other, and stops at the first that fails.
 * @returns what the steps have left
 */
export async function play(stage: Stage, story: Story, options: PlayOptions = {}): Promise<Memory> {
  const { steps = DEMONSTRATION, pictures, onStep } = options;
  const memory: Memory = {};
  let taken = 0;
  const picture = async (name: string) => {
    taken += 1;
    if (pictures) await takePicture(stage, join(pictures, `${String(taken).padStart(2, '0')}-${name}.png`));
  };
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    try {
      await step.run({ stage, story, memory });
      if (step.picture) await picture(step.picture);
    } catch (error) {
      onStep?.(step, index + 1, performance.now() - started, error);
      await picture('failed').catch(() => undefined);
      throw new Error(`${step.title}: it did not come to that`, { cause: error });
    }
    onStep?.(step, index + 1, performance.now() - started, null);
  }
  return memory;
}

/** Takes a picture of the window, with nothing in it half-way between two states. */
export async function takePicture({ page }: Stage, path: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // Nothing is to look as if the mouse lay on it.
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}
