import type { Stage } from '../support/stage';
import type { Story } from './story';

/** What one step leaves for the steps after it. */
export interface Memory {
  tenantId?: string;
  leaverId?: string;
  /** The address of the administrator's conversation. */
  conversation?: string;
}

export interface Scene {
  readonly stage: Stage;
  readonly story: Story;
  readonly memory: Memory;
}

/** One thing that a person does or sees. It ends when what it promises is on screen. */
export interface Step {
  readonly title: string;
  /** The name of the picture that is taken when it is done. */
  readonly picture?: string;
  run(scene: Scene): Promise<void>;
}

/** A value that an earlier step has left. */
export function remembered<Name extends keyof Memory>(memory: Memory, name: Name): string {
  const value = memory[name];
  if (value === undefined) throw new Error(`no step before has left: ${name}`);
  return value;
}
