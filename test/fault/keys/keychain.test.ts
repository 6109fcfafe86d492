import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

const ONE = '0190b3a0-0000-7000-8000-000000000001';
const TWO = '0190b3a0-0000-7000-8000-000000000002';
const KEYTAR = join(import.meta.dirname, '../../../node_modules/@github/keytar');

/** A real Secret Service and the real main process; what the engine gets from it is what is looked at. */
describe('the keystore over the keychain', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let dataFolder: string;
  let log = '';

  const open = async (): Promise<void> => {
    shell = await openShell(desktop, dataFolder);
    shell.app.process().stderr?.on('data', (bytes: Buffer) => {
      log += bytes.toString('utf8');
    });
  };

  beforeAll(async () => {
    desktop = await startDesktop();
    dataFolder = desktop.makeFolder('data');
    await open();
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  beforeEach(async () => {
    rmSync(join(shell.dataFolder, 'tenants'), { recursive: true, force: true });
    await desktop.keyring.empty();
  });

  const createKey = (tenantId: string) =>
    shell.page.evaluate((id) => globalThis.tiny.engine?.createTenantKey({ tenantId: id }), tenantId);
  const readKey = (tenantId: string) =>
    shell.page.evaluate((id) => globalThis.tiny.engine?.readTenantKey({ tenantId: id }), tenantId);
  const state = async () => (await shell.page.evaluate(() => globalThis.tiny.engine?.keystoreState()))?.state;

  /** Runs keytar in a process of its own, as another program of the same user would. */
  const keytar = (call: string): string =>
    desktop.programs.runNode(
      `require(process.argv[1]).${call}.then((answer) => process.stdout.write(String(answer)))`,
      [KEYTAR],
    );
  const service = (): string => {
    const { installationId } = JSON.parse(readFileSync(join(shell.dataFolder, 'keystore.json'), 'utf8'));
    return `RISCURA Console ${installationId}`;
  };
  const makeDatabase = (tenantId: string): void => {
    const folder = join(shell.dataFolder, 'tenants', tenantId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'tenant.db'), '');
  };

  it('keeps a key and answers the same again', async () => {
    const made = await createKey(ONE);
    expect(made?.value).toMatch(/^[0-9a-f]{64}$/);
    expect(await readKey(ONE)).toEqual(made);
    expect(await createKey(ONE)).toEqual(made);
    expect((await createKey(TWO))?.value).not.toBe(made?.value);
    expect(await state()).toBe('ready');
  });

  it('never makes a key for a database that exists', async () => {
    const made = await createKey(ONE);
    makeDatabase(ONE);
    expect(await createKey(ONE)).toMatchObject({ code: 'KEY_MISSING' });
    expect(await readKey(ONE)).toEqual(made);
    await desktop.keyring.empty();
    expect(await createKey(ONE)).toMatchObject({ code: 'KEY_MISSING' });
    expect(await readKey(ONE)).toMatchObject({ code: 'KEY_MISSING' });
    expect(keytar(`getPassword(${JSON.stringify(service())}, 'tenant:${ONE}')`)).toBe('null');
  });

  it('says that an emptied keychain has no key', async () => {
    await createKey(ONE);
    await desktop.keyring.empty();
    expect(await readKey(ONE)).toMatchObject({ code: 'KEY_MISSING' });
    expect(await state()).toBe('ready');
  });

  it('is unavailable while the keychain is locked, and goes on after it was unlocked', async () => {
    const made = await createKey(ONE);
    await desktop.keyring.lock();
    expect(await readKey(ONE)).toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    expect(await createKey(TWO)).toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    expect(await state()).toBe('unavailable');
    await desktop.keyring.unlock();
    expect(await readKey(ONE)).toEqual(made);
  }, 150_000);

  it('is unavailable while there is no Secret Service; a console started after it goes on', async () => {
    const made = await createKey(ONE);
    await desktop.keyring.stop();
    expect(await readKey(ONE)).toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    expect(await createKey(TWO)).toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    expect(await state()).toBe('unavailable');
    await desktop.keyring.start();
    expect(await readKey(ONE)).toMatchObject({ reason: expect.stringContaining('start the console again') });
    await shell.app.close();
    await open();
    expect(await readKey(ONE)).toEqual(made);
  }, 150_000);

  it('refuses the key of another tenant, and what is no key', async () => {
    const one = JSON.stringify(`tenant:${ONE}`);
    const two = JSON.stringify(`tenant:${TWO}`);
    const from = JSON.stringify(service());
    await createKey(ONE);
    await createKey(TWO);
    const swapped = JSON.stringify(keytar(`getPassword(${from}, ${two})`));
    for (const text of [swapped, '"nonsense"', '"{}"', JSON.stringify('{"version":1}')]) {
      keytar(`setPassword(${from}, ${one}, ${text})`);
      expect(await readKey(ONE)).toMatchObject({
        code: 'KEY_MISSING',
        reason: expect.stringContaining('not this key'),
      });
      expect(await createKey(ONE)).toMatchObject({ code: 'KEY_MISSING' });
    }
  });

  it('refuses names that are not ids before it looks anywhere', async () => {
    await expect(createKey('../../elsewhere')).resolves.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('lets no key into the log', async () => {
    const made = await createKey(ONE);
    const key = Buffer.from(made?.value ?? '', 'hex');
    expect(key).toHaveLength(32);
    expect(log).toContain('KEYSTORE_UNAVAILABLE');
    expect(log).not.toContain(key.toString('hex'));
    expect(log).not.toContain(key.toString('base64'));
    expect(log).not.toMatch(/[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/);
  });

  it('refuses a keyring without a password, and leaves no key in it', async () => {
    await shell.app.close();
    await desktop.keyring.stop();
    await desktop.keyring.startUnprotected();
    await open();
    expect(await createKey(ONE)).toMatchObject({ code: 'KEYSTORE_INSECURE' });
    expect(await readKey(ONE)).toMatchObject({ code: 'KEYSTORE_INSECURE' });
    expect(await state()).toBe('insecure');
    for (const file of readdirSync(desktop.keyring.folder)) {
      expect(readFileSync(join(desktop.keyring.folder, file), 'utf8')).not.toContain(ONE);
    }
  });
});
