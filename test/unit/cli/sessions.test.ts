import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { lockFolder } from '../../../src/adapters/folderLock';
import { aloneWith } from '../../../src/cli/session/alone';
import { callWithSessions } from '../../../src/cli/session/caller';
import type { SessionService } from '../../../src/cli/session/service';
import { openSessionStore } from '../../../src/cli/session/store';
import { temporaryFolder } from '../../support/temporaryFolder';

const SESSION = {
  tenant: null,
  tenantId: null,
  email: 'olga@site.example',
  accessToken: 'old',
  refreshToken: 'first',
  expiresAt: 1,
};

/** A console that renews each secret once. */
function renewing(renewed: string[]): SessionService {
  const none = async (): Promise<never> => {
    throw new Error('is not asked for here');
  };
  return {
    signIn: none,
    confirm: none,
    signOut: none,
    stepUp: none,
    current: none,
    refresh: async (refreshToken) => {
      renewed.push(refreshToken);
      return { accessToken: 'new', refreshToken: `after ${refreshToken}`, expiresAt: 2e12, tenantId: null };
    },
  };
}

const secrets = {
  canAsk: false,
  asksAtTerminal: false,
  password: async () => '',
  code: async () => '',
};

test('commands that come at once renew a session once: its secret is good for one use', async () => {
  const env = { XDG_STATE_HOME: await temporaryFolder() };
  const store = openSessionStore('https://console.example', env);
  store.keep(SESSION);
  const renewed: string[] = [];
  const caller = () =>
    callWithSessions({
      store: openSessionStore('https://console.example', env),
      service: renewing(renewed),
      secrets,
      alone: aloneWith,
      now: () => 1e12,
    });
  const lock = await lockFolder(store.folder, store.name);
  const tokens = Promise.all([caller().credential(null), caller().credential('acme.example')]);
  // While another command holds the lock nobody renews, however long that is.
  await Promise.race([tokens, wait(300)]);
  expect(renewed).toEqual([]);
  lock?.release();
  expect(await tokens).toEqual(['new', 'new']);
  expect(renewed).toEqual(['first']);
  expect(store.read()).toMatchObject([{ accessToken: 'new', refreshToken: 'after first' }]);
});

test('sessions of one console are none of another', async () => {
  const env = { XDG_STATE_HOME: join(await temporaryFolder(), 'a folder that is not there yet') };
  openSessionStore('https://one.example', env).keep(SESSION);
  expect(openSessionStore('https://other.example', env).read()).toEqual([]);
  expect(openSessionStore('https://one.example', env).read()).toEqual([SESSION]);
});
