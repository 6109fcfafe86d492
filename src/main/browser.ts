import { shell } from 'electron';
import { ConsoleError, parseUrl } from '../contract';

/**
 * Shows a page in the browser of the system. It is the only thing of the console that the system opens, so nothing but
 * https ever leaves it: no file, no program, no address of another application.
 * @throws ConsoleError BAD_INPUT for any other address, BROWSER_UNAVAILABLE when the system has no browser
 */
export async function openBrowser(address: string): Promise<void> {
  const url = parseUrl(address);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new ConsoleError('BAD_INPUT', { reason: 'Only https addresses are opened in the browser.' });
  }
  try {
    await shell.openExternal(url.href);
  } catch (cause) {
    throw new ConsoleError('BROWSER_UNAVAILABLE', {}, cause);
  }
}
