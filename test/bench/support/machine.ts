import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { checkout } from './bundles';

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'processor'}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** The load average of the last minute, as far as the system knows one. */
export function currentLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

/** The commit that was measured, with a mark when the checkout had changes. */
export function measuredCommit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim();
    const dirty = git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes';
    return `${git('rev-parse', '--short', 'HEAD')}${dirty}`;
  } catch {
    return 'unknown';
  }
}
