import { splitCredential } from '../mechanism/tokens';

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
