import { readFileSync } from 'node:fs';

/** What is fetched beside npm's dependencies: names, versions and hashes. Nothing else is accepted. */
export const pinned = JSON.parse(readFileSync(new URL('./pinned.json', import.meta.url), 'utf8'));
