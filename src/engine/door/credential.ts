import { claimedEnd, claimedOwner, splitCredential } from '../mechanism/tokens';

interface KeeperOptions {
  /** Renews what is about to end: the same text when nothing is to be done, `null` when it is worth nothing any more. */
  readonly renew: (credential: string, source: string) => Promise<string | null>;
  readonly source: string;
  /** What was kept before, over a restart. */
  readonly kept: string | null;
  /** Told whenever there is another. */
  readonly onChange: (credential: string | null) => void;
}

/** Keeps the credential of one client for a transport; the client itself never sees it. */
export interface CredentialKeeper {
  readonly kept: string | null;
  /** What goes with a call: the access token, renewed where it is about to end. The secret that renews it never does. */
  forCall(): Promise<string | null>;
  keep(credential: string | null): void;
}

/**
 * A refresh secret is good for one use, so that calls at once must share it: one renews and the others wait. What was kept
 * meanwhile (a sign-in, a sign-out) is not overwritten.
 */
export function createCredentialKeeper({ renew, source, kept, onChange }: KeeperOptions): CredentialKeeper {
  let credential = kept;
  let renewing: Promise<void> | null = null;

  function keep(next: string | null): void {
    credential = next;
    onChange(next);
  }

  async function renewed(from: string): Promise<void> {
    const next = await renew(from, source);
    if (next !== from && credential === from) keep(next);
  }

  return {
    get kept() {
      return credential;
    },
    async forCall() {
      if (credential !== null) {
        renewing ??= renewed(credential).finally(() => {
          renewing = null;
        });
        await renewing;
      }
      return credential === null ? null : splitCredential(credential).access;
    },
    keep,
  };
}

/** What a client keeps that has no transport to keep it: the two halves of a credential. */
export interface SessionTokens {
  readonly accessToken: string;
  /** Good for one renewal. */
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Takes the credential of a session apart, for a client that renews it itself. */
export function tokensOf(credential: string): SessionTokens {
  const { access, refresh } = splitCredential(credential);
  if (refresh === null) throw new Error('the credential of a session has a secret that renews it');
  return { accessToken: access, refreshToken: refresh, expiresAt: claimedEnd(access) };
}

/** The tenant (or `installation`) that a credential says it is of: it chooses who is to check it and decides nothing. */
export function ownerOf(credential: string | null): string | null {
  return claimedOwner(credential);
}
