import { onTestFinished } from 'vitest';
import { type OidcWishes, type OidcWorld, openOidcWorld } from '../../../support/sso/oidcWorld';

/** A world that ends with the test. */
export function openWorld(wishes: OidcWishes = {}): Promise<OidcWorld> {
  const ends: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const end of ends.reverse()) await end();
  });
  return openOidcWorld((end) => ends.push(end), wishes);
}

export const REFUSED = { code: 'SIGN_ON_REFUSED' };

/** Begins a sign-in and stops the browser before it comes back; answers with the address that it was to come to. */
export async function stoppedBeforeReturn(
  world: OidcWorld,
  subject: string,
): Promise<{ url: string; entry: Promise<unknown>; window: ReturnType<OidcWorld['window']> }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  world.provider.person = subject;
  world.browser.forget();
  world.browser.onWay = (url) => {
    if (!url.startsWith(world.saved.addresses.callback)) return url;
    resolve(url);
    return null;
  };
  const window = world.window();
  const entry = world.ask(window, 'identity.signInByBrowser', { provider: world.saved.id });
  entry.catch(() => undefined);
  const url = await promise;
  world.browser.onWay = (next) => next;
  return { url, entry, window };
}
