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

/** A browser's tab that somebody is signed in at. */
export interface TabSession {
  readonly keeper: CredentialKeeper;
  /** The only name under which its cookie counts. */
  readonly authority: string;
  usedAt: number;
  open: number;
}

export interface TabSessions {
  /** @param handle what the cookie holds. @returns `null` for one that was made for another name, or never */
  find(handle: string | null, authority: string): TabSession | null;
  /**
   * Keeps what a call gave a tab.
   * @param handle of the tab until now
   * @returns the handle from now on: another with every sign-in, so that nobody can have given it beforehand
   */
  keep(handle: string | null, authority: string, source: string, credential: string): string;
  end(handle: string | null): void;
}

/**
 * Which credential belongs to which cookie. A cookie holds nothing but a random handle, of which only the hash is
 * kept here; the credential itself never leaves.
 */
export function createTabSessions({ engine, clock }: { engine: Engine; clock: Clock }): TabSessions {
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

  function find(handle: string | null, authority: string): TabSession | null {
    if (handle === null) return null;
    const name = nameOf(handle);
    const session = sessions.get(name);
    if (!session || session.authority !== authority || session.keeper.kept === null) return null;
    touch(name, session);
    return session;
  }

  return {
    find,
    keep(handle, authority, source, credential) {
      const present = find(handle, authority);
      if (handle !== null && present && isSameSession(present.keeper.kept, credential)) {
        present.keeper.keep(credential);
        return handle;
      }
      if (handle !== null) sessions.delete(nameOf(handle));
      forgetOld();
      const next = randomBytes(HANDLE_BYTES).toString('base64url');
      const name = nameOf(next);
      const keeper = createCredentialKeeper({
        renew: engine.renew,
        source,
        kept: credential,
        onChange: (renewed) => {
          if (renewed === null) sessions.delete(name);
        },
      });
      touch(name, { keeper, authority, usedAt: 0, open: 0 });
      return next;
    },
    end(handle) {
      if (handle !== null) sessions.delete(nameOf(handle));
    },
  };
}

function isSameSession(before: string | null, after: string): boolean {
  if (before === null) return false;
  const session = claimedSession(splitCredential(before).access);
  return session !== null && session === claimedSession(splitCredential(after).access);
}

function nameOf(handle: string): string {
  return createHash('sha256').update(handle).digest('base64url');
}
