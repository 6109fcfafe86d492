import type { Migration } from '../../mechanism/store';
import { foundation } from './0001-foundation';
import { keys } from './0002-keys';
import { auditTrail } from './0003-audit-trail';
import { recoveryKits } from './0004-recovery-kits';
import { accounts } from './0005-accounts';
import { statements } from './0006-statements';
import { installationKeys } from './0007-installation-keys';
import { tokenKeys } from './0008-token-keys';
import { auditKeeping } from './0009-audit-keeping';
import { idempotencyKeys } from './0010-idempotency-keys';
import { lastQuery } from './0011-last-query';
import { passkeys } from './0012-passkeys';
import { strangers } from './0013-strangers';

/** `RISC` in ASCII: SQLite's application_id of the catalogue. */
export const CATALOG_APPLICATION_ID = 0x52495343;

/** All migrations of the catalogue, in their order. */
export const catalogMigrations: readonly Migration[] = [
  foundation,
  keys,
  auditTrail,
  recoveryKits,
  accounts,
  statements,
  installationKeys,
  tokenKeys,
  auditKeeping,
  idempotencyKeys,
  lastQuery,
  passkeys,
  strangers,
];
