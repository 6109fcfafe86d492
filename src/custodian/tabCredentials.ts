/** More than browsers' tabs are ever signed in at once. */
const MOST = 20_000;

/** What sessions of browsers' tabs go on with after the engine was started again. It is nowhere but in this memory. */
export interface TabCredentials {
  read(tab: string): string | null;
  remember(tab: string, credential: string | null): void;
}

/** Keeps as many as there can be; the one that was renewed longest ago goes first. */
export function createTabCredentials(): TabCredentials {
  const kept = new Map<string, string>();
  return {
    read: (tab) => kept.get(tab) ?? null,
    remember: (tab, credential) => {
      kept.delete(tab);
      if (credential === null) return;
      kept.set(tab, credential);
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
  };
}
