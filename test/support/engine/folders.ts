import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for those who say themselves when it is to go, such as tests that run beside each other.
 * @param onEnd takes the function that removes it
 */
export async function folderUntil(onEnd: (remove: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'riscura-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
