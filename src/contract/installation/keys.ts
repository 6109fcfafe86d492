import { z } from 'zod';
import { TokenKey } from '../identityPolicy';
import { change, procedure, view } from '../procedure';
import { SignedStatement } from '../statements';
import { Id, Timestamp } from '../values';

/** When the database keys of tenants are rotated. */
export const KeyPolicy = z.object({
  /** Days after which a key is due. */
  rotationDays: z.number().int().min(1).max(3_650),
  /** Whether a key that is due is rotated by itself. */
  automatic: z.boolean(),
});
export type KeyPolicy = z.infer<typeof KeyPolicy>;

/** A recovery kit that was made: the sheets themselves are kept nowhere. */
export const RecoveryKit = z.object({
  /** 16 hexadecimal digits; each sheet carries them. */
  id: z.string(),
  threshold: z.number().int(),
  shares: z.number().int(),
  madeAt: Timestamp,
  /** When it was last proven that entered sheets restore the key. */
  rehearsedAt: Timestamp.nullable(),
  /** Whether it restores the key that is in use; a rotation makes a kit out of date. */
  current: z.boolean(),
});
export type RecoveryKit = z.infer<typeof RecoveryKit>;

/** The text of a sheet as it was typed or scanned. */
const SheetText = z.string().trim().min(1).max(400);
export const SheetTexts = z.array(SheetText).min(1).max(16);

/** The sheets in a text: each begins with its mark, whatever lines it was broken into. */
export function sheetsIn(text: string): string[] {
  const parts = text.split(/(?=RISCURA1)/i).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

/** What came of a rehearsal. Nothing of the key is in it. */
export const Rehearsal = z.object({
  kitId: z.string(),
  kind: z.enum(['tenant', 'installation']),
  /** The tenant's name; `null` for the installation or a tenant that is gone. */
  name: z.string().nullable(),
  /** Whether the restored key is the one in use. */
  current: z.boolean(),
});
export type Rehearsal = z.infer<typeof Rehearsal>;

/** A key of the installation that signs, or did: statements, or the checkpoints of audit chains. */
export const PublicSigningKey = z.object({
  version: z.number().int(),
  /** The first 16 hexadecimal digits of the SHA-256 of the public key; each statement names it. */
  keyId: z.string(),
  /** SPKI in DER, base64. */
  publicKey: z.string(),
  since: Timestamp,
  /** `null` for the one that signs now. */
  until: Timestamp.nullable(),
});
export type PublicSigningKey = z.infer<typeof PublicSigningKey>;

/** The key of a tenant's database, and whether something is to be done about it. */
export const TenantKeyState = z.object({
  tenantId: Id,
  name: z.string(),
  fingerprint: z.string().nullable(),
  createdAt: Timestamp.nullable(),
  dueAt: Timestamp.nullable(),
  due: z.boolean(),
  rotating: z.boolean(),
  /** The newest kit; `null` when the key is in the keychain alone. */
  kit: RecoveryKit.nullable(),
});
export type TenantKeyState = z.infer<typeof TenantKeyState>;

export const keys = {
  tenants: procedure({
    summary: 'The database key of each tenant, its age and when it is due',
    permission: 'keys.manage',
    audit: view('keys.viewed'),
    input: z.object({}),
    output: z.object({
      policy: KeyPolicy,
      tenants: z.array(TenantKeyState),
      installation: z.object({
        kit: RecoveryKit.nullable(),
        /** Counted from 1; a rotation takes the next. */
        version: z.number().int(),
        createdAt: Timestamp,
        dueAt: Timestamp,
        due: z.boolean(),
      }),
      /** Oldest first. */
      statementKeys: z.array(PublicSigningKey),
      /** Oldest first. */
      checkpointKeys: z.array(PublicSigningKey),
    }),
  }),
  setPolicy: procedure({
    summary: 'Set after how many days a key is rotated, and whether by itself',
    permission: 'keys.manage',
    audit: change('key-policy.set'),
    stepUp: true,
    input: KeyPolicy,
    output: KeyPolicy,
  }),
  rotate: procedure({
    summary: 'Rotate the database key of a tenant; the work goes on in a journal',
    permission: 'keys.manage',
    audit: change('tenant-key.rotated'),
    stepUp: true,
    input: z.object({ id: Id }),
    output: z.object({ id: Id }),
  }),
  cancelRotation: procedure({
    summary: 'Cancel a rotation before the switch; the key stays as it is',
    permission: 'keys.manage',
    audit: change('tenant-key.rotation-cancelled'),
    input: z.object({ id: Id }),
    output: z.object({}),
  }),
  makeKit: procedure({
    summary: 'Split a key into the sheets of a recovery kit; they are shown this once and kept nowhere',
    permission: 'keys.manage',
    audit: change('recovery-kit.made'),
    answerIsSecret: true,
    stepUp: true,
    input: z
      .object({
        /** `null` for the key of the installation. */
        tenantId: Id.nullable(),
        threshold: z.number().int().min(2).max(10),
        shares: z.number().int().min(2).max(16),
      })
      .refine(({ threshold, shares }) => threshold <= shares, {
        path: ['threshold'],
        message: 'must not be more than the sheets that are made',
      }),
    output: z.object({ kit: RecoveryKit, keyMark: z.string(), sheets: z.array(z.string()) }),
  }),
  rehearse: procedure({
    summary: 'Prove that sheets restore a key, without revealing it',
    permission: 'keys.manage',
    audit: change('recovery-kit.rehearsed'),
    input: z.object({ sheets: SheetTexts }),
    output: Rehearsal,
  }),
  restoreTenantKey: procedure({
    summary: 'Put the key of a tenant back into the keychain out of its recovery kit',
    permission: 'keys.manage',
    audit: change('recovery-kit.used'),
    stepUp: true,
    input: z.object({ sheets: SheetTexts }),
    output: z.object({ id: Id }),
  }),
  rotateStatementKey: procedure({
    summary: 'Sign statements with a new key; the public halves of earlier ones are kept to verify theirs',
    permission: 'keys.manage',
    audit: change('statement-key.made'),
    stepUp: true,
    input: z.object({}),
    output: z.array(PublicSigningKey),
  }),
  rotateInstallationKey: procedure({
    summary:
      'Rotate the key of the installation: everything under it is sealed anew, while the console is closed and opened again',
    permission: 'keys.manage',
    audit: change('installation-key.rotated'),
    stepUp: true,
    input: z.object({}),
    output: z.object({}),
  }),
  rotateCheckpointKey: procedure({
    summary: 'Sign audit checkpoints with a new key, which the one before vouches for',
    permission: 'keys.manage',
    audit: change('checkpoint-key.rotated'),
    stepUp: true,
    input: z.object({}),
    output: z.object({}),
  }),
  tokenKeys: procedure({
    summary: 'The keys that sign the tokens of operators: the next, the current and the previous one',
    permission: 'keys.manage',
    audit: view('token-keys.viewed'),
    input: z.object({}),
    output: z.array(TokenKey),
  }),
  rollTokenKey: procedure({
    summary: 'Sign tokens of operators with the next key from now on',
    permission: 'keys.manage',
    audit: change('token-key.rolled'),
    stepUp: true,
    input: z.object({}),
    output: z.array(TokenKey),
  }),
  certificates: procedure({
    summary: 'The signed certificates of tenants that were deleted, newest first',
    permission: 'keys.manage',
    audit: view('deletion-certificates.viewed'),
    input: z.object({}),
    output: z.array(
      z.object({
        signed: SignedStatement,
        /** The name of the operator whose id is in it; `null` when there is none of that id any more. */
        by: z.string().nullable(),
      }),
    ),
  }),
};
