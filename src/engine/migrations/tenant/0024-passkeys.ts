import { KEYS_SCHEMA } from '../../mechanism/credentials';
import type { Migration } from '../../mechanism/store';

/** Members may have passkeys and security keys. */
export const passkeys: Migration = { version: 24, name: 'passkeys', statements: [...KEYS_SCHEMA] };
