import { describe, expect, it } from 'vitest';
import type { AccountAccess } from '../../../src/contract';
import { applied, csvFile, previewOf } from '../../support/engine/importing';
import { startStaffed } from '../../support/engine/staffed';

describe('an import that was prepared in another tenant', () => {
  it('does not land in this one, also where everybody and every role is alike', async () => {
    const { add, other } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const twin = await add('ada.b@acme.example', 'tenant-admin', other);
    const file = csvFile('email,name,role\neve@evil.example,Eve,admin');
    const prepared = await previewOf(ada, file);
    const here = await previewOf(twin, file);
    expect(here.preview.lines).toEqual(prepared.preview.lines);
    await expect(applied(twin, prepared)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: expect.stringContaining('Preview it anew') },
    });
    await expect(
      ada.call(
        'peopleImport.apply',
        { file, mapping: prepared.mapping, digest: prepared.preview.digest },
        other,
      ),
    ).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    const people = await twin.call<AccountAccess[]>('access.people');
    expect(people.map(({ email }) => email)).not.toContain('eve@evil.example');
  });
});
