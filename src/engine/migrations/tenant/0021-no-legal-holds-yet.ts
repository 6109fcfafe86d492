import type { Migration } from '../../mechanism/store';

/** There are no legal holds that anybody could release: what a policy or a request said about them is taken out. */
export const noLegalHoldsYet: Migration = {
  version: 21,
  name: 'no legal holds yet',
  statements: [
    "DELETE FROM approval_policy WHERE act = 'legal-hold-release'",
    "DELETE FROM approvals WHERE act = 'legal-hold-release'",
  ],
};
