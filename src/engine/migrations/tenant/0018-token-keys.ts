import { SESSIONS_REFRESH_SCHEMA } from '../../mechanism/sessions';
import type { Migration } from '../../mechanism/store';
import { TOKEN_KEYS_SCHEMA } from '../../mechanism/tokens';

/**
 * Keys of tokens that roll, and refresh secrets. The one seed that signed for ever goes, and with it the sessions whose
 * tokens it has signed: nothing renews them.
 */
export const tokenKeys: Migration = {
  version: 18,
  name: 'token keys',
  statements: [
    ...TOKEN_KEYS_SCHEMA,
    ...SESSIONS_REFRESH_SCHEMA,
    `UPDATE sessions SET ended_at = ifnull(last_used_at, created_at), end_reason = 'console-updated'
     WHERE ended_at IS NULL`,
    'DROP TABLE secrets',
    // It was the first of the columns that are sealed anew: work that goes on begins again.
    'UPDATE field_key_work SET column_number = 0, cursor = NULL',
  ],
};
