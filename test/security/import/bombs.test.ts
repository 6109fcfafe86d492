import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvFile } from '../../support/engine/importing';
import { startStaffed } from '../../support/engine/staffed';

const MIB = 1024 * 1024;

describe('a file that is larger than it looks, or only large', () => {
  it('of 100 MB is refused before it is read', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const line = Buffer.from('person@acme.example,Person,user\n');
    const file = csvFile(new Uint8Array(Buffer.alloc(100 * MIB, line)));
    const begun = performance.now();
    const read = ada.call('peopleImport.read', { file });
    await expect(read).rejects.toMatchObject({ code: expect.stringMatching(/TOO_LARGE|BAD_INPUT/) });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('of one line, of one endless quotation or of nothing but delimiters and quotes is refused in time', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const head = 'email,name\n';
    const bombs = {
      'one line': head + 'x'.repeat(8 * MIB - 100),
      'one line of delimiters': head + ','.repeat(8 * MIB - 100),
      'one line of quotes': head + '"'.repeat(8 * MIB - 101),
      'an endless quotation': `${head}"${'x\n'.repeat(4 * MIB - 100)}`,
      'lines of quotes': head + '"""\n'.repeat(2 * MIB - 100),
      'lines of delimiters': head + `${','.repeat(5_000)}\n`.repeat(1_600),
      'blank lines': head + '\n'.repeat(8 * MIB - 100),
      'a quotation in each line': head + '"a"b"c"\n'.repeat(MIB - 100),
    };
    for (const [name, text] of Object.entries(bombs)) {
      const begun = performance.now();
      const read = ada.call('peopleImport.read', { file: csvFile(text) });
      await expect(read, name).rejects.toMatchObject({ code: 'FILE_REFUSED' });
      expect(performance.now() - begun, name).toBeLessThan(2_000);
    }
  }, 30_000);

  it('that is packed is not unpacked', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const packed = gzipSync(Buffer.alloc(50 * MIB, 'email,name\n'));
    const archive = Buffer.concat([Buffer.from('PK\u0003\u0004'), packed]);
    for (const bytes of [packed, archive]) {
      const read = ada.call('peopleImport.read', { file: csvFile(new Uint8Array(bytes)) });
      await expect(read).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    }
  });
});
