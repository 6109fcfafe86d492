import { beforeEach, describe, expect, it, vi } from 'vitest';
import { problemOf } from '../../support/engine/calls';

const openExternal = vi.fn(async (_url: string) => undefined);
vi.mock('electron', () => ({ shell: { openExternal } }));
const { openBrowser } = await import('../../../src/main/browser');

describe('what the shell has the system open', () => {
  beforeEach(() => openExternal.mockClear());

  it('is a page over https', async () => {
    await openBrowser('https://login.acme.example/auth?client_id=a&state=b');
    expect(openExternal).toHaveBeenCalledWith('https://login.acme.example/auth?client_id=a&state=b');
  });

  it.each([
    'http://login.acme.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-msdt:/id',
    'smb://host/share',
    'mailto:a@b.example',
    'https://user:secret@login.acme.example/',
    '//login.acme.example',
    'not an address',
    '',
  ])('is nothing else: %s', async (address) => {
    expect(await problemOf(openBrowser(address))).toMatchObject({ code: 'BAD_INPUT' });
    expect(openExternal).not.toHaveBeenCalled();
  });

  it('says when there is no browser', async () => {
    openExternal.mockRejectedValueOnce(new Error('no handler'));
    expect(await problemOf(openBrowser('https://login.acme.example/'))).toMatchObject({
      code: 'BROWSER_UNAVAILABLE',
    });
  });
});
