import { createHash, randomBytes } from 'node:crypto';
import type { Engine } from '../../engine';
import { type CredentialKeeper, createCredentialKeeper } from '../../engine/door';
import { claimedSession, splitCredential } from '../../engine/mechanism/tokens';
import type { Clock } from '../../engine/ports';

const HANDLE_BYTES = 32;
/** No session is used again after so long a silence: the longest idle time that a policy allows is a day. */
const FORGOTTEN_MS = 24 * 60 * 60_000;
/** More than were ever open at once. */
const MOST_SESSIONS = 20_000;

/** Where credentials outlive this process, as long as whoever started it lives. */
export interface TabKeep {
  read(tab: string): Promise<string | null>;
  write(tab: string, credential: string | null): void;
}

interface TabSessionsOptions {
  readonly engine: Pick<Engine, 'renew'>;
  readonly clock: Clock;
  readonly tabs: TabKeep;
}

/** A browser's tab that somebody is signed in at. */
export interface TabSession {
  readonly keeper: CredentialKeeper;
  usedAt: number;
  open: number;
}

/** A tab at the time of a call. */
export interface KnownTab {
  readonly handle: string | null;
  readonly session: TabSession | null;
  readonly authority: string;
  readonly source: string;
}

export interface TabSessions {
  /** @param handle what the cookie holds. @returns `null` for one that was made for another name, or never */
  find(handle: string | null, authority: string, source: string): Promise<TabSession | null>;
  /**
   * Keeps what a call gave a tab.
   * @param tab as it was until now
   * @returns the handle from now on: another with every sign-in, so that nobody can have given it beforehand
   */
  keep(tab: KnownTab, credential: string): string;
  end(handle: string | null, authority: string): void;
}

/**
 * Which credential belongs to which cookie. A cookie holds nothing but a random handle, of which only the hash is
 * kept here; the credential itself never leaves.
 */
export function createTabSessions({ engine, clock, tabs }: TabSessionsOptions): TabSessions {
  /** In the order of their last use. */
  const sessions = new Map<string, TabSession>();

  function touch(name: string, session: TabSession): void {
    session.usedAt = clock.monotonic();
    sessions.delete(name);
    sessions.set(name, session);
  }

  function forgetOld(): void {
    for (const [name, { usedAt }] of sessions) {
      if (sessions.size <= MOST_SESSIONS && clock.monotonic() - usedAt < FORGOTTEN_MS) return;
      sessions.delete(name);
    }
  }

  function open(name: string, source: string, credential: string): TabSession {
    const keeper = createCredentialKeeper({
      renew: engine.renew,
      source,
      kept: credential,
      onChange: (renewed) => {
        tabs.write(name, renewed);
        if (renewed === null) sessions.delete(name);
      },
    });
    const session = { keeper, usedAt: 0, open: 0 };
    touch(name, session);
    return session;
  }

  async function find(handle: string | null, authority: string, source: string): Promise<TabSession | null> {
    if (handle === null) return null;
    const name = nameOf(handle, authority);
    const known = sessions.get(name);
    if (known) {
      touch(name, known);
      return known;
    }
    const credential = await tabs.read(name);
    if (credential === null) return null;
    // Another call of the tab may have been here meanwhile: a credential is renewed in one place.
    return sessions.get(name) ?? open(name, source, credential);
  }

  function end(handle: string | null, authority: string): void {
    if (handle === null) return;
    const name = nameOf(handle, authority);
    sessions.delete(name);
    tabs.write(name, null);
  }

  return {
    find,
    end,
    keep({ handle, session: present, authority, source }, credential) {
      if (handle !== null && present && isSameSession(present.keeper.kept, credential)) {
        present.keeper.keep(credential);
        return handle;
      }
      end(handle, authority);
      forgetOld();
      const next = randomBytes(HANDLE_BYTES).toString('base64url');
      const name = nameOf(next, authority);
      open(name, source, credential);
      tabs.write(name, credential);
      return next;
    },
  };
}

function isSameSession(before: string | null, after: string): boolean {
  if (before === null) return false;
  const session = claimedSession(splitCredential(before).access);
  return session !== null && session === claimedSession(splitCredential(after).access);
}

/** A handle counts under one name alone. */
function nameOf(handle: string, authority: string): string {
  return createHash('sha256').update(`${authority}\n${handle}`).digest('base64url');
}
