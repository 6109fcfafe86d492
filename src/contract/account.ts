import { z } from 'zod';
import { KeptIdentityPolicy, PasswordRule } from './identityPolicy';
import {
  PasskeyAnswer,
  PasskeyCreation,
  PasskeyFacts,
  PasskeyKind,
  PasskeyMade,
  PasskeyRequest,
} from './passkeys';
import { type Permission, Role } from './permissions';
import { change, procedure, view } from './procedure';
import { Id, Password, SignInNeed, Timestamp, Title } from './values';

/** A name that a person gives a key. */
export const PasskeyName = Title.max(60);

/** A second factor of a person: an app that makes codes, a passkey, a security key. */
export const SecondFactor = z.object({
  id: Id,
  kind: z.enum(['totp', ...PasskeyKind.options]),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
  /** `null` for an app. */
  passkey: PasskeyFacts.nullable(),
});
export type SecondFactor = z.infer<typeof SecondFactor>;

export const SecondFactors = z.object({
  factors: z.array(SecondFactor),
  recoveryCodesLeft: z.number().int().nonnegative(),
  /** Whether the policy demands one of this person. */
  required: z.boolean(),
  passkeys: z.object({
    /** The host for which the page that asks can add keys; `null` where it can speak to none. */
    host: z.string().nullable(),
    /** Whether a passkey of this person signs in alone: nobody else vouches for them. */
    alone: z.boolean(),
  }),
});
export type SecondFactors = z.infer<typeof SecondFactors>;

/** What an authenticator app is set up with. It is shown once. */
export const SecondFactorSetup = z.object({
  /** Base32, to be typed where no camera is. */
  secret: z.string(),
  /** `otpauth://totp/…` (the Key Uri Format), for a QR code. */
  uri: z.string(),
});
export type SecondFactorSetup = z.infer<typeof SecondFactorSetup>;

/** Six digits of an app, or a recovery code; spaces and hyphens do not count. */
export const FactorCode = z.string().trim().min(6).max(40);

/** Codes that each open once when the app is lost. They are shown once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

/** What is still missing before a sign-in counts; `null` when nothing is. */
export const SignInProgress = z.object({ needs: SignInNeed.nullable() });
export type SignInProgress = z.infer<typeof SignInProgress>;

/** Recovery codes where there were none before (otherwise none), and what a sign-in still needs. */
export const PasskeyAdded = RecoveryCodes.extend(SignInProgress.shape);
export type PasskeyAdded = z.infer<typeof PasskeyAdded>;

/** A session that is alive. */
export const SessionSummary = z.object({
  id: Id,
  personId: Id,
  /** `null` when the account is gone. */
  person: z.object({ name: z.string(), email: z.string() }).nullable(),
  role: Role,
  /** Where it was begun, as the transport calls it: `window:3`. */
  source: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
  /** Whether the sign-in was finished. */
  complete: z.boolean(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

const Nothing = z.object({});

/**
 * What concerns accounts is the same for members of a tenant and for operators of the installation.
 * @param who the first part of the audit events
 * @param manage the permission of those who look after everybody's accounts
 */
export function accountProcedures(who: 'user' | 'operator', manage: Permission) {
  return {
    passwordRules: procedure({
      summary: 'The rules that a new password of the caller must meet',
      permission: 'session',
      duringSignIn: ['new-password'],
      audit: view(`${who}.password-rules-viewed`),
      input: Nothing,
      output: z.array(PasswordRule),
    }),
    changePassword: procedure({
      summary: 'Change one’s own password; one’s other sessions end',
      permission: 'session',
      duringSignIn: ['new-password'],
      audit: change(`${who}.password-changed`),
      input: z.object({ current: Password, next: Password }),
      output: SignInProgress,
    }),
    secondFactors: procedure({
      summary: 'One’s own second factors',
      permission: 'session',
      duringSignIn: ['enrolment'],
      audit: view(`${who}.second-factors-viewed`),
      input: Nothing,
      output: SecondFactors,
    }),
    beginSecondFactor: procedure({
      summary: 'Begin to set up an authenticator app; what it needs is shown once',
      permission: 'session',
      duringSignIn: ['enrolment'],
      stepUp: true,
      audit: change(`${who}.second-factor-begun`),
      answerIsSecret: true,
      input: Nothing,
      output: SecondFactorSetup,
    }),
    finishSecondFactor: procedure({
      summary: 'Take the app that was set up into use; it replaces an earlier one',
      permission: 'session',
      duringSignIn: ['enrolment'],
      stepUp: true,
      audit: change(`${who}.second-factor-added`),
      answerIsSecret: true,
      input: z.object({ code: FactorCode }),
      output: RecoveryCodes.extend(SignInProgress.shape),
    }),
    confirmSignIn: procedure({
      summary: 'Give the second factor that a sign-in waits for',
      permission: 'session',
      duringSignIn: ['second-factor'],
      audit: change(`${who}.second-factor-given`),
      input: z.object({ code: FactorCode }),
      output: SignInProgress,
    }),
    renewRecoveryCodes: procedure({
      summary: 'Make ten new recovery codes; the earlier ones are worth nothing then',
      permission: 'session',
      stepUp: true,
      audit: change(`${who}.recovery-codes-renewed`),
      answerIsSecret: true,
      input: Nothing,
      output: RecoveryCodes,
    }),
    removeSecondFactor: procedure({
      summary: 'Remove one’s own authenticator app',
      permission: 'session',
      stepUp: true,
      audit: change(`${who}.second-factor-removed`),
      input: Nothing,
      output: Nothing,
    }),
    beginPasskey: procedure({
      summary: 'Begin to add a passkey or a security key: what the browser makes it with',
      permission: 'session',
      duringSignIn: ['enrolment'],
      stepUp: true,
      audit: change(`${who}.passkey-begun`),
      input: z.object({ kind: PasskeyKind }),
      output: PasskeyCreation,
    }),
    finishPasskey: procedure({
      summary: 'Take the passkey or security key that the browser made into use',
      permission: 'session',
      duringSignIn: ['enrolment'],
      stepUp: true,
      audit: change(`${who}.passkey-added`),
      input: z.object({ name: PasskeyName, made: PasskeyMade }),
      output: PasskeyAdded,
    }),
    renamePasskey: procedure({
      summary: 'Give a passkey or security key of one’s own another name',
      permission: 'session',
      audit: change(`${who}.passkey-renamed`),
      input: z.object({ id: Id, name: PasskeyName }),
      output: Nothing,
    }),
    removePasskey: procedure({
      summary: 'Remove a passkey or security key of one’s own',
      permission: 'session',
      stepUp: true,
      audit: change(`${who}.passkey-removed`),
      input: z.object({ id: Id }),
      output: Nothing,
    }),
    askPasskey: procedure({
      summary: 'What the browser asks the caller’s passkeys and security keys with, for a fresh proof',
      permission: 'session',
      duringSignIn: ['second-factor'],
      audit: view(`${who}.passkey-asked`),
      input: Nothing,
      output: PasskeyRequest,
    }),
    confirmSignInByPasskey: procedure({
      summary: 'Give the passkey or security key that a sign-in waits for',
      permission: 'session',
      duringSignIn: ['second-factor'],
      audit: change(`${who}.second-factor-given`),
      input: z.object({ answer: PasskeyAnswer }),
      output: SignInProgress,
    }),
    sessions: procedure({
      summary: 'One’s own sessions',
      permission: 'session',
      audit: view(`${who}.sessions-viewed`),
      input: Nothing,
      output: z.array(SessionSummary),
    }),
    endSession: procedure({
      summary: 'End one of one’s own sessions',
      permission: 'session',
      audit: change(`${who}.session-ended`),
      input: z.object({ id: Id }),
      output: Nothing,
    }),
    allSessions: procedure({
      summary: 'The sessions of everybody',
      permission: manage,
      audit: view(`${who}.all-sessions-viewed`),
      input: Nothing,
      output: z.array(SessionSummary),
    }),
    revokeSession: procedure({
      summary: 'End the session of anybody, with a reason',
      permission: manage,
      audit: change(`${who}.session-revoked`),
      input: z.object({ id: Id, reason: Title }),
      output: Nothing,
    }),
    resetSecondFactor: procedure({
      summary: 'Take the second factors and passkeys from somebody who has lost them; their sessions end',
      permission: manage,
      stepUp: true,
      audit: change(`${who}.second-factor-reset`),
      input: z.object({ personId: Id, reason: Title }),
      output: Nothing,
    }),
    policy: procedure({
      summary: 'What holds about passwords, sessions and second factors',
      permission: manage,
      audit: view(`${who}.policy-viewed`),
      input: Nothing,
      output: KeptIdentityPolicy,
    }),
    setPolicy: procedure({
      summary: 'Set what holds about passwords, sessions and second factors',
      permission: manage,
      stepUp: true,
      audit: change(`${who}.policy-changed`),
      input: KeptIdentityPolicy.superRefine(({ sessions }, issues) => {
        if (sessions.idleMinutes <= sessions.absoluteMinutes) return;
        issues.addIssue({
          code: 'custom',
          path: ['sessions', 'idleMinutes'],
          message: 'must not be longer than the whole session',
        });
      }),
      output: KeptIdentityPolicy,
    }),
  };
}
