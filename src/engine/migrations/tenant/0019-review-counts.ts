import type { Migration } from '../../mechanism/store';

/** How much a signed review was about, so that the list of many years need not count it anew. */
export const reviewCounts: Migration = {
  version: 19,
  name: 'review counts',
  statements: [
    'ALTER TABLE access_reviews ADD COLUMN signed_accounts INTEGER',
    'ALTER TABLE access_reviews ADD COLUMN signed_changes INTEGER',
    `UPDATE access_reviews SET
       signed_accounts = (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id),
       signed_changes = (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id
         AND json_extract(decision, '$.kind') <> 'keep')
     WHERE signed_at IS NOT NULL`,
  ],
};
