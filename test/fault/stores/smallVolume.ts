import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder';

/** A volume of a few megabytes that belongs to one test. */
export interface SmallVolume {
  readonly folder: string;
  remount(mode: 'ro' | 'rw'): void;
}

function mount(...parameters: string[]): void {
  execFileSync('mount', parameters, { stdio: 'pipe' });
}

/** Why no volume can be mounted here; `null` when it can. */
export function whyNoVolume(): string | null {
  if (process.platform !== 'linux') return 'volumes of a test are mounted on Linux only';
  if (process.getuid?.() !== 0) return 'only root can mount a volume';
  const folder = mkdtempSync(join(tmpdir(), 'riscura-mount-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'riscura-test', folder);
    execFileSync('umount', [folder], { stdio: 'pipe' });
    return null;
  } catch {
    // A container may forbid it; that is the answer.
    return 'this system does not let root mount a volume';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mounts a volume of so many megabytes for the running test. */
export async function smallVolume(megabytes: number): Promise<SmallVolume> {
  const folder = join(await temporaryFolder(), 'volume');
  mkdirSync(folder);
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'riscura-test', folder);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
  });
  return { folder, remount: (mode) => mount('-o', `remount,${mode}`, folder) };
}
