import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/adapters/folderLock';

/** Holds the same lock in a process of its own. */
const HOLDER = `
  const Database = require('better-sqlite3');
  const nativeBinding = process.env.NATIVE || undefined;
  new Database(process.argv[1], { nativeBinding }).exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => undefined, 1000);
`;

describe('the lock on a data folder', () => {
  let folder: string;
  let holder: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'riscura-lock-'));
  });
  afterEach(() => {
    holder?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const holdElsewhere = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', HOLDER, join(folder, 'engine.lock')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    holder = child;
    if (child.stdout) await once(child.stdout, 'data');
    return child;
  };

  it('is held by one process at a time', async () => {
    await holdElsewhere();
    expect(await lockFolder(folder, 'engine')).toBeNull();
    expect(await lockFolder(folder, 'custodian')).not.toBeNull();
  });

  it('is free again as soon as its holder was killed, and whoever waited for it has it', async () => {
    const child = await holdElsewhere();
    const waiting = lockFolder(folder, 'engine', { patienceMs: 10_000 });
    child.kill('SIGKILL');
    const lock = await waiting;
    expect(lock).not.toBeNull();
    expect(await lockFolder(folder, 'engine')).toBeNull();
    lock?.release();
    const again = await lockFolder(folder, 'engine');
    expect(again).not.toBeNull();
    again?.release();
  });
});
