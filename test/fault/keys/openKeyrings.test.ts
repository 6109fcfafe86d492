import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keyringLiesOpen } from '../../../src/adapters/keystore/openKeyrings';

const SERVICE = 'RISCURA Console 1';
const OPEN = '[keyring]\ndisplay-name=Login\n';
const SEALED = 'GnomeKeyring\n\r\0\n';

describe.runIf(process.platform === 'linux')('a keyring that lies open', () => {
  let data: string;
  const write = (name: string, text: string) => writeFileSync(join(data, 'keyrings', name), text);

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'riscura-keyrings-'));
    mkdirSync(join(data, 'keyrings'));
    vi.stubEnv('XDG_DATA_HOME', data);
    vi.stubEnv('HOME', data);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(data, { recursive: true });
  });

  it('is none where there are no keyrings, or only encrypted ones', () => {
    expect(keyringLiesOpen(SERVICE)).toBe(false);
    write('login.keyring', SEALED);
    write('default', 'login');
    expect(keyringLiesOpen(SERVICE)).toBe(false);
  });

  it('is the default one, by its name or by being `login`', () => {
    write('login.keyring', OPEN);
    expect(keyringLiesOpen(SERVICE)).toBe(true);
    write('default', 'Default_keyring\n');
    expect(keyringLiesOpen(SERVICE)).toBe(false);
    write('Default_keyring.keyring', OPEN);
    expect(keyringLiesOpen(SERVICE)).toBe(true);
  });

  it('is any that holds something of ours', () => {
    write('login.keyring', SEALED);
    write('other.keyring', `${OPEN}\n[1]\nsecret=…\n[1:attribute0]\nname=service\nvalue=${SERVICE}\n`);
    expect(keyringLiesOpen(SERVICE)).toBe(true);
    expect(keyringLiesOpen('RISCURA Console 2')).toBe(false);
  });
});
