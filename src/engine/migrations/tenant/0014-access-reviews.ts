import type { Migration } from '../../mechanism/store';

/** Reviews of who has what: a snapshot, a decision for each account, a signature. One is open at a time. */
export const accessReviews: Migration = {
  version: 14,
  name: 'access reviews',
  statements: [
    `CREATE TABLE access_reviews (
       id TEXT PRIMARY KEY,
       opened_at INTEGER NOT NULL,
       opened_by TEXT NOT NULL,
       due_at INTEGER NOT NULL,
       revision INTEGER NOT NULL,
       signed_at INTEGER,
       signed_by TEXT,
       statement TEXT,
       CHECK ((signed_at IS NULL) = (statement IS NULL))
     ) STRICT`,
    'CREATE UNIQUE INDEX open_access_review ON access_reviews ((1)) WHERE signed_at IS NULL',
    `CREATE TABLE access_review_rows (
       review_id TEXT NOT NULL REFERENCES access_reviews (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       position INTEGER NOT NULL,
       account_id TEXT NOT NULL,
       snapshot TEXT NOT NULL,
       decision TEXT,
       basis TEXT,
       note TEXT NOT NULL DEFAULT '',
       decided_by TEXT,
       decided_at INTEGER,
       PRIMARY KEY (review_id, account_id),
       CHECK ((decision IS NULL) = (basis IS NULL))
     ) STRICT, WITHOUT ROWID`,
  ],
};
