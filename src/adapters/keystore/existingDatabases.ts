import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyName } from '../../engine/ports';

type Owner = Extract<KeyName, { kind: 'installation' | 'tenant' }>;

/** What a database leaves behind: any of these, and no new key is made for it. */
const TRACES = ['', '-wal', '-journal'];

/** Looks into the data folder itself whether a key would be for a database that exists. */
export function hasDatabase(dataFolder: string, name: Owner): boolean {
  const file =
    name.kind === 'installation'
      ? join(dataFolder, 'catalog.db')
      : join(dataFolder, 'tenants', name.tenantId, 'tenant.db');
  return TRACES.some((trace) => exists(file + trace));
}

/** Whether there is any database in the data folder that could need a key. */
export function hasAnyDatabase(dataFolder: string): boolean {
  return hasDatabase(dataFolder, { kind: 'installation' }) || exists(join(dataFolder, 'tenants'));
}

/** Not being able to look counts as being there. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOTDIR');
  }
}
