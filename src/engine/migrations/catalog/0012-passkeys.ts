import { KEYS_SCHEMA } from '../../mechanism/credentials';
import type { Migration } from '../../mechanism/store';

/** Operators may have passkeys and security keys. */
export const passkeys: Migration = { version: 12, name: 'passkeys', statements: [...KEYS_SCHEMA] };
