import { describe, expect, it } from 'vitest';
import type {
  AccountAccess,
  AuditEventView,
  CustomRole,
  ImportPreview,
  ImportSheet,
  PeoplePage,
  TenantSession,
} from '../../src/contract';
import { createCaller } from '../support/engine/calls';
import { giveToDirectory } from '../support/engine/directoryPerson';
import { applied, csvFile, mappingFor, previewOf } from '../support/engine/importing';
import { type Person, startStaffed } from '../support/engine/staffed';

async function start() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  return { ...staffed, ada };
}

async function peopleOf(person: Person): Promise<AccountAccess[]> {
  return person.call<AccountAccess[]>('access.people');
}

const utf16 = (text: string, bigEndian = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
};

describe('a file of people', () => {
  it('is understood whatever its letters and delimiter', async () => {
    const { ada } = await start();
    const text = 'E-Mail;Vorname;Nachname;Rolle\r\njosé@acme.example;José;Ibáñez;user\r\n';
    const files = {
      'utf-8': new TextEncoder().encode(text),
      'utf-8 with a mark': new TextEncoder().encode(`\ufeff${text}`),
      'utf-16le': utf16(text),
      'utf-16be': utf16(text, true),
      'utf-16le without a mark': new Uint8Array(Buffer.from(text.repeat(3), 'utf16le')),
      'windows-1252': new Uint8Array(Buffer.from(text, 'latin1')),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const sheet = await ada.call<ImportSheet>('peopleImport.read', { file: csvFile(bytes) });
      expect([name, sheet.mapping.encoding]).toEqual([name, name.split(' ')[0]]);
      expect([name, sheet.mapping.delimiter, sheet.sample[0]]).toEqual([
        name,
        ';',
        ['josé@acme.example', 'José', 'Ibáñez', 'user'],
      ]);
      expect(sheet.mapping.columns).toEqual([
        { column: 0, field: 'email' },
        { column: 1, field: 'given-name' },
        { column: 2, field: 'family-name' },
        { column: 3, field: 'role' },
      ]);
    }
    for (const [delimiter, line] of [
      ['\t', 'email\tname\numa@acme.example\tUma\n'],
      ['|', 'email|name\numa@acme.example|Uma\n'],
      [',', '"email","name"\n"uma@acme.example","Uma, the ""first"""\n'],
      [';', 'sep=;\nemail;name\numa@acme.example;Uma\n'],
    ] as const) {
      const sheet = await ada.call<ImportSheet>('peopleImport.read', { file: csvFile(line) });
      expect(sheet.mapping.delimiter).toBe(delimiter);
      expect(sheet.headers).toEqual(['email', 'name']);
    }
  });

  it('says of each line what becomes of it, applies all of it, and does nothing the second time', async () => {
    const { ada, add, test, acme, operator } = await start();
    const uma = await add('uma@acme.example', 'user');
    const librarian = await ada.call<CustomRole>('access.createRole', {
      name: 'Librarian',
      permissions: ['knowledge.manage'],
    });
    const file = csvFile(
      [
        'Name,E-mail,Role,Custom roles',
        'Nadia Ferrante,Nadia@Acme.example ,Administrator,',
        'Uma Thorn,uma@acme.example,user,librarian',
        'gus,gus@acme.example,Librarian,',
        '',
        'ada.b,ada.b@acme.example,admin,',
      ].join('\n'),
    );
    const first = await previewOf(ada, file);
    expect(first.mapping.roles).toEqual([
      { word: 'Administrator', role: 'tenant-admin', customRoles: [] },
      { word: 'user', role: 'user', customRoles: [] },
      { word: 'Librarian', role: 'guest', customRoles: [librarian.id] },
      { word: 'admin', role: 'tenant-admin', customRoles: [] },
    ]);
    expect(first.preview.counts).toEqual({ new: 2, changed: 1, unchanged: 1, error: 0 });
    expect(first.preview.lines.map(({ line, email, verdict }) => [line, email, verdict])).toEqual([
      [2, 'nadia@acme.example', 'new'],
      [3, 'uma@acme.example', 'changed'],
      [4, 'gus@acme.example', 'new'],
      [6, 'ada.b@acme.example', 'unchanged'],
    ]);
    expect(first.preview.lines[1]?.words).toBe('Name: uma → Uma Thorn. Custom roles: none → Librarian.');
    expect((await peopleOf(ada)).map(({ email }) => email)).not.toContain('gus@acme.example');

    const report = await applied(ada, first);
    const codes = report.lines.map(({ code }) => code !== null);
    expect(codes).toEqual([true, false, true, false]);
    expect(report.csv).toContain(report.lines[0]?.code);
    expect(report.domain).toBe('acme.example');
    const people = await peopleOf(ada);
    expect(people.find(({ id }) => id === uma.id)).toMatchObject({
      name: 'Uma Thorn',
      role: 'user',
      customRoles: [{ id: librarian.id }],
    });
    expect(people.find(({ email }) => email === 'gus@acme.example')).toMatchObject({
      state: 'invited',
      role: 'guest',
      customRoles: [{ id: librarian.id }],
    });
    const window = createCaller(test.engine, 'window:nadia');
    const entered = (await window.call(
      'tenant',
      'people.acceptInvitation',
      { email: 'nadia@acme.example', code: report.lines[0]?.code, password: 'seven stones roll by' },
      { tenant: acme },
    )) as TenantSession;
    expect(entered.role).toBe('tenant-admin');
    const { events } = await operator.call<{ events: AuditEventView[] }>('audit.events', { limit: 50 }, acme);
    const imported = events.find(({ event }) => event === 'people.imported');
    expect(imported?.detail).toMatchObject({
      new: 2,
      changed: 1,
      unchanged: 1,
      digest: first.preview.digest,
    });
    expect(JSON.stringify(events)).not.toContain('nadia@acme.example');

    const second = await previewOf(ada, file);
    expect(second.preview.counts).toEqual({ new: 0, changed: 0, unchanged: 4, error: 0 });
    const again = await applied(ada, second);
    expect(again.lines.every(({ code }) => code === null)).toBe(true);
    expect(await peopleOf(ada)).toHaveLength(people.length);
  });

  it('applies nothing while one line has an error, and says which and why', async () => {
    const { ada } = await start();
    await ada.call('apiKeys.addService', { name: 'Nightly', role: 'user' });
    const service = (await peopleOf(ada)).find(({ kind }) => kind === 'service')?.email ?? '';
    const file = csvFile(
      [
        'name,email,role',
        'Good,good@acme.example,user',
        'No address,,user',
        'Odd,not an address,user',
        'Twice,GOOD@acme.example,user',
        'Unknown,unknown@acme.example,wizard',
        ',nameless@acme.example,user',
        'Own,ada.b@acme.example,user',
        `Robot,${service},guest`,
        `${'x'.repeat(200)},long@acme.example,user`,
      ].join('\n'),
    );
    const looked = await previewOf(ada, file);
    expect(looked.preview.lines.map(({ line, problem }) => [line, problem])).toEqual([
      [2, null],
      [3, 'bad-email'],
      [4, 'bad-email'],
      [5, 'duplicate'],
      [6, 'unknown-role'],
      [7, 'bad-name'],
      [8, 'own-account'],
      [9, 'service-account'],
      [10, 'bad-name'],
    ]);
    expect(looked.preview.lines[3]?.words).toBe('The address stands on line 2 already.');
    const before = await peopleOf(ada);
    await expect(applied(ada, looked)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: '8 of 9 lines have an error. Nothing was imported.' },
    });
    expect(await peopleOf(ada)).toEqual(before);
    const withWizard = await previewOf(ada, csvFile('name,email,role\nU,u@acme.example,wizard'), {
      roles: [{ word: 'Wizard', role: 'user', customRoles: [] }],
    });
    expect(withWizard.preview.counts).toMatchObject({ new: 1, error: 0 });
  });

  it('leaves what a directory says to the directory, and gives it custom roles', async () => {
    const { ada, add, test, acme } = await start();
    const dora = await add('dora@acme.example', 'user');
    await giveToDirectory(test, acme, { id: dora.id });
    await ada.call('access.createRole', { name: 'Librarian', permissions: ['knowledge.manage'] });
    const verdictOf = async (line: string) => {
      const looked = await previewOf(ada, csvFile(`name,email,role,custom roles\n${line}`));
      return [looked.preview.lines[0]?.verdict, looked.preview.lines[0]?.problem];
    };
    expect(await verdictOf('dora,dora@acme.example,user,')).toEqual(['unchanged', null]);
    expect(await verdictOf('Dora,dora@acme.example,user,')).toEqual(['error', 'directory']);
    expect(await verdictOf('dora,dora@acme.example,guest,')).toEqual(['error', 'directory']);
    expect(await verdictOf('dora,dora@acme.example,user,Librarian')).toEqual(['changed', null]);
  });

  it('leaves one administrator, and stays within the plan', async () => {
    const { ada, add, operator, acme } = await start();
    const bob = await add('bob@acme.example', 'tenant-admin');
    const keeper = await ada.call<CustomRole>('access.createRole', {
      name: 'Deputy',
      permissions: (await peopleOf(ada))
        .find(({ id }) => id === ada.id)
        ?.permissions.filter((each) => each !== 'public' && each !== 'session'),
    });
    const kim = await add('kim@acme.example', 'guest');
    await ada.call('access.assign', { id: kim.id, role: 'guest', customRoles: [keeper.id] });
    const administrators = (await peopleOf(ada)).filter(({ role }) => role === 'tenant-admin');
    const lines = administrators.map(({ name, email }) => `${name},${email},user`);
    const all = await previewOf(kim, csvFile(['name,email,role', ...lines].join('\n')));
    expect(all.preview.lines.map(({ problem }) => problem)).toEqual(lines.map(() => 'last-administrator'));
    const but = administrators.filter(({ id }) => id !== bob.id).map(({ email }) => `x,${email},user`);
    const fine = await previewOf(kim, csvFile(['name,email,role', ...but].join('\n')));
    expect(fine.preview.counts.error).toBe(0);

    const { seats } = await ada.call<PeoplePage>('people.list');
    if (seats.limit === null) throw new Error('the plan of the test has a limit');
    const many = Array.from({ length: seats.limit }, (_, index) => `n${index},n${index}@acme.example,user`);
    const over = await previewOf(ada, csvFile(['name,email,role', ...many].join('\n')));
    expect(over.preview.counts).toMatchObject({ new: seats.limit - seats.used, error: seats.used });
    expect(over.preview.lines.at(-1)).toMatchObject({ problem: 'over-plan' });
    await expect(applied(ada, over)).rejects.toMatchObject({ code: 'CONFLICT' });
    await operator.call('identity.standing', {}, acme);
  });

  it('asks for the column of the address, for a proof, and for a file that is one', async () => {
    const { ada } = await start();
    const file = csvFile('name,phone\nUma,1');
    const mapping = await mappingFor(ada, file);
    await expect(ada.call('peopleImport.preview', { file, mapping })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    for (const [words, content] of [
      ['spreadsheet', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0])],
      ['no text', new Uint8Array([0x61, 0, 0, 0, 0x62, 0, 1, 2])],
      ['quotation mark', 'email,name\n"uma@acme.example,Uma\nbob@acme.example,Bob'],
      ['headers', '\n\n'],
    ] as const) {
      const read = ada.call('peopleImport.read', { file: csvFile(content) });
      await expect(read, words).rejects.toMatchObject({
        code: 'FILE_REFUSED',
        detail: { reason: expect.stringContaining(words) },
      });
    }
  });

  it('takes 10,000 lines, and not one more', async () => {
    const { ada, operator, acme } = await start();
    const line = (index: number) => `person${index}@acme.example,Person ${index},user`;
    const lines = Array.from({ length: 10_001 }, (_, index) => line(index));
    const file = csvFile(['email,name,role', ...lines].join('\n'));
    await expect(ada.call('peopleImport.read', { file })).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      detail: { reason: expect.stringContaining('more than 10000 lines') },
    });
    const { revision } = await operator.installation<{ revision: number }>('tenants.read', { id: acme });
    await operator.installation('tenants.update', { id: acme, revision, plan: 'enterprise' });
    const whole = csvFile(['email,name,role', ...lines.slice(1)].join('\n'));
    const begun = performance.now();
    const looked = await previewOf(ada, whole);
    const previewed = performance.now();
    expect(looked.preview.counts).toEqual({ new: 10_000, changed: 0, unchanged: 0, error: 0 });
    const report = await applied(ada, looked);
    const done = performance.now();
    expect(new Set(report.lines.map(({ code }) => code)).size).toBe(10_000);
    expect(previewed - begun).toBeLessThan(5_000);
    expect(done - previewed).toBeLessThan(20_000);
    const again = await ada.call<ImportPreview>('peopleImport.preview', {
      file: whole,
      mapping: looked.mapping,
    });
    expect(again.counts.unchanged).toBe(10_000);
  }, 60_000);
});
