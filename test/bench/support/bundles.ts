import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../../..');

/**
 * Bundles the processes of the bench.
 * @returns the folder they lie in
 */
export function bundleProcesses(): string {
  const folder = join(checkout, 'out/bench');
  electronViteBuild('test/bench/electron.vite.config.ts', { RISCURA_BENCH_BUNDLES: folder });
  return folder;
}

/** Runs electron-vite with a configuration of its own. */
export function electronViteBuild(config: string, env: Record<string, string>): void {
  const builder = join(checkout, 'node_modules/electron-vite/bin/electron-vite.js');
  execFileSync(process.execPath, [builder, 'build', '--logLevel', 'error', '--config', config], {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
