import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder';
import { openBrowser, startWeb } from '../../support/web';

const HANDLE = 'A'.repeat(43);

/** The cookies of so many tabs. */
function cookiesOf(tabs: number, handle: string): string {
  const names = Array.from({ length: tabs }, (_, index) => index.toString(16).padStart(16, '0'));
  return names.map((name) => `__Host-riscura-${name}=${handle}`).join('; ');
}

/** Credentials of tabs as one keeps them that cannot be asked, or says what it was asked. */
function tabsThat(read: (tab: string) => Promise<string | null>) {
  return { read, write: () => undefined };
}

describe('the web console when something fails', () => {
  it('shows its page, and leaves the cookies, when nobody can tell whether a tab is signed in', async () => {
    const unreachable = tabsThat(() => Promise.reject(new Error('the custodian is gone')));
    const { origin, pem, log } = await startWeb({}, { tabs: unreachable });
    const page = await openBrowser(origin, pem).send('/', { headers: { cookie: cookiesOf(2, HANDLE) } });
    expect(page.status).toBe(200);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(log.lines.join()).toContain('the custodian is gone');
  });

  it('answers that it failed when its page cannot be read, and goes on', async () => {
    const pages = join(await temporaryFolder(), 'page');
    await cp('test/support/web/page', pages, { recursive: true });
    const { origin, pem, log } = await startWeb({}, { pages });
    await rm(join(pages, 'index.html'));
    const { send } = openBrowser(origin, pem);
    const page = await send('/');
    expect(page.status).toBe(500);
    expect(await page.json()).toMatchObject({ code: 'INTERNAL' });
    expect((await send('/trusted-types.js')).status).toBe(200);
    expect(log.lines.join()).toContain('a request could not be answered');
  });

  it('asks about a hundred tabs of a browser at most, and about none that has no handle of its making', async () => {
    let asked = 0;
    const counting = tabsThat(async () => {
      asked += 1;
      return null;
    });
    const { origin, pem } = await startWeb({}, { tabs: counting });
    const { send } = openBrowser(origin, pem);
    const planted = await send('/', { headers: { cookie: cookiesOf(3, 'planted') } });
    expect(asked).toBe(0);
    expect(planted.headers.getSetCookie()).toHaveLength(3);
    const many = await send('/', { headers: { cookie: cookiesOf(150, HANDLE) } });
    expect(many.status).toBe(200);
    expect(asked).toBe(100);
  });
});
