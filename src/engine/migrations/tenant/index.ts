import type { Migration } from '../../mechanism/store';
import { foundation } from './0001-foundation';
import { fewerPagesAQuery } from './0002-fewer-pages-a-query';
import { whereAttemptsLead } from './0003-where-attempts-lead';
import { nextKey } from './0004-next-key';
import { auditTrail } from './0005-audit-trail';
import { signOn } from './0006-sign-on';
import { customRoles } from './0007-custom-roles';
import { accounts } from './0008-accounts';
import { twoPersons } from './0009-two-persons';
import { auditPruning } from './0010-audit-pruning';
import { auditStream } from './0011-audit-stream';
import { apiKeys } from './0012-api-keys';
import { fieldKeyWork } from './0013-field-key-work';
import { accessReviews } from './0014-access-reviews';
import { fileKeys } from './0015-file-keys';
import { invitations } from './0016-invitations';
import { browserSignOn } from './0017-browser-sign-on';
import { tokenKeys } from './0018-token-keys';
import { reviewCounts } from './0019-review-counts';
import { requestCounts } from './0020-request-counts';
import { noLegalHoldsYet } from './0021-no-legal-holds-yet';
import { ownLimits } from './0022-own-limits';
import { idempotencyKeys } from './0023-idempotency-keys';
import { passkeys } from './0024-passkeys';

/** `RISt` in ASCII: SQLite's application_id of a tenant's database. */
export const TENANT_APPLICATION_ID = 0x52495374;

/** All migrations of a tenant's database, in their order. */
export const tenantMigrations: readonly Migration[] = [
  foundation,
  fewerPagesAQuery,
  whereAttemptsLead,
  nextKey,
  auditTrail,
  signOn,
  customRoles,
  accounts,
  twoPersons,
  auditPruning,
  auditStream,
  apiKeys,
  fieldKeyWork,
  accessReviews,
  fileKeys,
  invitations,
  browserSignOn,
  tokenKeys,
  reviewCounts,
  requestCounts,
  noLegalHoldsYet,
  ownLimits,
  idempotencyKeys,
  passkeys,
];
