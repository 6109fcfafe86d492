import { SESSIONS_REFRESH_SCHEMA } from '../../mechanism/sessions';
import type { Migration } from '../../mechanism/store';
import { TOKEN_KEYS_SCHEMA } from '../../mechanism/tokens';

/** Keys of operators' tokens that roll, and refresh secrets. Sessions from before have none and end. */
export const tokenKeys: Migration = {
  version: 8,
  name: 'token keys',
  statements: [
    ...TOKEN_KEYS_SCHEMA,
    ...SESSIONS_REFRESH_SCHEMA,
    `UPDATE sessions SET ended_at = ifnull(last_used_at, created_at), end_reason = 'console-updated'
     WHERE ended_at IS NULL`,
  ],
};
