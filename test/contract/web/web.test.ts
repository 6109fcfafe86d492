import { describe, expect, it } from 'vitest';
import type { InstallationStatus } from '../../../src/contract';
import type { PasswordHasher } from '../../../src/engine/ports';
import { problemOf } from '../../support/engine/calls';
import { at, openTestWindow } from '../../support/engine/client';
import { quickHasher } from '../../support/engine/fakes';
import { ADMINISTRATOR, createTenant, OPERATOR } from '../../support/engine/world';
import { openBrowser, startWeb } from '../../support/web';

const CREDENTIALS = { email: OPERATOR.email, password: OPERATOR.password };

describe('the web console', () => {
  it('is served only when an operator opened it', async () => {
    const { operator, settings, origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const page = await send('/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('trusted-types.js');
    await operator.installation.api.set({
      settings: { ...settings, enabled: true, webConsole: false },
      certificate: { kind: 'kept' },
    });
    const after = openBrowser(origin, pem);
    expect((await after.send('/')).status).toBe(404);
    expect((await after.send('/api/v1/openapi.json')).status).toBe(200);
  });

  it('is as closed to programs as the REST API is', async () => {
    const { origin, pem } = await startWeb();
    expect((await openBrowser(origin, pem).send('/api/v1/openapi.json')).status).toBe(404);
  });

  it('lets operators and members in, each tab on its own', async () => {
    const { operator, origin, pem } = await startWeb();
    await createTenant(operator);
    const { openTab } = openBrowser(origin, pem);
    const first = openTab('00000000000000aa');
    await first.client.installation.operators.signIn(CREDENTIALS);
    expect(await first.client.installation.operators.current({})).toMatchObject({
      operator: { email: OPERATOR.email },
    });
    const second = openTab('00000000000000bb');
    expect(await second.client.installation.operators.current({})).toBeNull();
    const { email, password } = ADMINISTRATOR;
    await second.client.tenant.identity.signIn({ email, password }, at('acme.example'));
    expect(await second.client.tenant.identity.current({}, at('acme.example'))).toMatchObject({
      user: { email },
    });
    await first.client.installation.operators.signOut({});
    expect(first.jar.size).toBe(0);
    expect(await first.client.installation.operators.current({})).toBeNull();
    expect(await second.client.tenant.identity.current({}, at('acme.example'))).toMatchObject({
      user: { email },
    });
  });

  it('streams, and takes files', async () => {
    const { operator, origin, pem } = await startWeb();
    const tenant = await createTenant(operator);
    const { openTab } = openBrowser(origin, pem);
    const { client } = openTab();
    const { email, password } = ADMINISTRATOR;
    await client.tenant.identity.signIn({ email, password }, at(tenant));
    const file = new File(['The kettle stands on the second shelf.'], 'kettle.txt', { type: 'text/plain' });
    const added = await client.tenant.knowledge.add({ file }, at(tenant));
    expect(added).toMatchObject({ name: 'kettle.txt' });
    const kinds: string[] = [];
    for await (const { type } of await client.tenant.assistant.ask({ content: 'Hello?' }, at(tenant))) {
      kinds.push(type);
    }
    expect(kinds.at(-1)).toBe('finished');
  });

  it('hashes only so many passwords at once for one address', async () => {
    const letGo = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let waiting = 0;
    const hasher: PasswordHasher = {
      ...quickHasher,
      async verify(password, phc) {
        if (password !== 'a flood') return quickHasher.verify(password, phc);
        waiting += 1;
        if (waiting === 4) begun.resolve();
        await letGo.promise;
        return false;
      },
    };
    const { origin, pem } = await startWeb({ hasher });
    const { client } = openBrowser(origin, pem).openTab();
    const flood = (name: string) =>
      problemOf(client.installation.operators.signIn({ email: `${name}@site.example`, password: 'a flood' }));
    const first = ['one', 'two', 'three', 'four'].map(flood);
    await begun.promise;
    expect(await flood('five')).toMatchObject({ code: 'TOO_BUSY' });
    letGo.resolve();
    for (const refused of await Promise.all(first))
      expect(refused).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await client.installation.operators.signIn(CREDENTIALS);
  });

  it('says where a session is from', async () => {
    const { origin, pem } = await startWeb();
    const { client } = openBrowser(origin, pem).openTab();
    await client.installation.operators.signIn(CREDENTIALS);
    const { events } = await client.installation.audit.events({ event: 'operator.signed-in' });
    expect(events[0]).toMatchObject({ origin: { from: expect.stringMatching(/^address:/) } });
  });

  it('keeps the live streams of ten tabs over one connection', async () => {
    const { origin, pem, engine } = await startWeb();
    const { openTab } = openBrowser(origin, pem);
    const tabs = Array.from({ length: 10 }, (_, index) => openTab(index.toString(16).padStart(16, '0')));
    const streams = await Promise.all(
      tabs.flatMap(({ client }) => Array.from({ length: 6 }, () => client.installation.status.watch({}))),
    );
    const states = await Promise.all(
      streams.map(async (stream) => ((await stream.next()).value as InstallationStatus).state),
    );
    expect(states).toEqual(Array.from({ length: 60 }, () => 'ready'));
    for (const { client } of tabs) await client.installation.operators.signIn(CREDENTIALS);
    await Promise.all(streams.map((stream) => stream.return?.(undefined)));
    expect(await openTestWindow(engine).client.installation.status.read({})).toMatchObject({
      state: 'ready',
    });
  });
});
