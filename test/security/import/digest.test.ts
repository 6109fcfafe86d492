import { describe, expect, it } from 'vitest';
import type { AccountAccess, ImportMapping } from '../../../src/contract';
import { applied, csvFile, previewOf } from '../../support/engine/importing';
import { startStaffed } from '../../support/engine/staffed';

async function start() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const uma = await staffed.add('uma@acme.example', 'user');
  const looked = await previewOf(ada, csvFile('email,name,role\nnew@acme.example,New,user'));
  return { ...staffed, ada, uma, looked };
}

const ANEW = { code: 'CONFLICT', detail: { reason: expect.stringContaining('Preview it anew') } };

describe('the digest of a preview', () => {
  it('that was altered, made up or left empty applies nothing', async () => {
    const { ada, looked } = await start();
    const { digest } = looked.preview;
    const flipped = (digest.startsWith('A') ? 'B' : 'A') + digest.slice(1);
    for (const other of [flipped, '', digest.slice(0, -1), '0'.repeat(64)]) {
      const preview = { ...looked.preview, digest: other };
      await expect(applied(ada, { ...looked, preview }), other).rejects.toMatchObject(ANEW);
    }
    const people = await ada.call<AccountAccess[]>('access.people');
    expect(people.map(({ email }) => email)).not.toContain('new@acme.example');
  });

  it('applies no other content, not even one letter of it, and no other mapping', async () => {
    const { ada, looked } = await start();
    const other = csvFile('email,name,role\nnew@acme.example,Nev,user');
    await expect(applied(ada, { ...looked, file: other })).rejects.toMatchObject(ANEW);
    const mapping: ImportMapping = {
      ...looked.mapping,
      roles: [{ word: 'user', role: 'tenant-admin', customRoles: [] }],
    };
    await expect(applied(ada, { ...looked, mapping })).rejects.toMatchObject(ANEW);
  });

  it('is over when a person or a role was changed since, and good again when previewed anew', async () => {
    const { ada, uma, looked } = await start();
    await ada.call('access.assign', { id: uma.id, role: 'guest', customRoles: [] });
    await expect(applied(ada, looked)).rejects.toMatchObject(ANEW);
    const again = await previewOf(ada, looked.file);
    await ada.call('access.createRole', { name: 'Librarian', permissions: ['knowledge.manage'] });
    await expect(applied(ada, again)).rejects.toMatchObject(ANEW);
    const last = await previewOf(ada, looked.file);
    const first = applied(ada, last);
    const second = applied(ada, last);
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(applied(ada, last), 'a second time').rejects.toMatchObject(ANEW);
  });
});
