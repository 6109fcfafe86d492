import type { PasskeyKind } from '../../../contract';
import type { Clock, Page, RandomSource } from '../../ports';

const CHALLENGE_BYTES = 32;
/** How long the browser may take, and how long a challenge is good for. */
export const CEREMONY_MS = 5 * 60_000;
/** From one place, so that nobody pushes out the challenges of others. */
const MOST_OF_SOURCE = 100;
const MOST = 10_000;

/** What a key is asked for, or made for. */
export interface Ceremony {
  readonly purpose: 'register' | 'prove' | 'sign-in';
  /** The session, or the window where nobody is signed in yet. */
  readonly owner: string;
  readonly source: string;
  readonly page: Page;
  /** What is to be made, where something is. */
  readonly kind: PasskeyKind | null;
}

/** Who comes with the answer to a challenge, and for what. */
export type Claim = Pick<Ceremony, 'purpose' | 'owner' | 'page'>;

/**
 * The challenges that are under way (WebAuthn Level 3, 13.4.3): random, good once, for a while by the monotonic clock,
 * and only for the session or window, the page and the purpose they were made for.
 */
export interface Ceremonies {
  /** @returns the challenge as base64url */
  begin(ceremony: Ceremony): string;
  /** Uses a challenge up. @returns `null` when there is none that is good for this claim */
  take(challenge: string, claim: Claim): Ceremony | null;
}

export function createCeremonies({ clock, random }: { clock: Clock; random: RandomSource }): Ceremonies {
  /** In the order of their beginning. */
  const underWay = new Map<string, Ceremony & { readonly begun: number }>();

  function isOver(begun: number): boolean {
    return clock.monotonic() - begun > CEREMONY_MS;
  }

  function makeRoom(source: string): void {
    for (const [challenge, { begun }] of underWay) {
      if (underWay.size < MOST && !isOver(begun)) break;
      underWay.delete(challenge);
    }
    const ofSource = [...underWay].filter(([, ceremony]) => ceremony.source === source);
    for (const [challenge] of ofSource.slice(0, Math.max(0, ofSource.length - MOST_OF_SOURCE + 1))) {
      underWay.delete(challenge);
    }
  }

  return {
    begin(ceremony) {
      makeRoom(ceremony.source);
      const challenge = Buffer.from(random.bytes(CHALLENGE_BYTES)).toString('base64url');
      underWay.set(challenge, { ...ceremony, begun: clock.monotonic() });
      return challenge;
    },
    take(challenge, { purpose, owner, page }) {
      const found = underWay.get(challenge);
      underWay.delete(challenge);
      if (!found || isOver(found.begun)) return null;
      const isClaimed =
        found.purpose === purpose &&
        found.owner === owner &&
        found.page.origin === page.origin &&
        found.page.window === page.window;
      return isClaimed ? found : null;
    },
  };
}
