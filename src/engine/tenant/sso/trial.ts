import {
  SSO_STEPS,
  type SsoSettings,
  type SsoStep,
  type SsoStepResult,
  type SsoTrial,
  type TenantRole,
} from '../../../contract';
import type { DraftOf } from './records';
import { type AskDirectory, signOnWithDirectory } from './signIn';
import { StepFailure, type Trace } from './steps';

/** The steps that are gone through when nobody is tried. */
const WITHOUT_PERSON: readonly SsoStep[] = [
  'allowed',
  'resolve',
  'connect',
  'tls',
  'bind',
  'discovery',
  'keys',
  'client',
];

/**
 * Goes through the steps of a sign-on and says of each how it went. Nobody is let in and nothing is kept.
 * @param go passes the steps; answers the role of the person, `null` when nobody is tried
 * @param person whether somebody is tried
 */
export async function goThrough(
  kind: SsoSettings['kind'],
  person: boolean,
  go: (trace: Trace) => Promise<TenantRole | null>,
): Promise<SsoTrial> {
  const passed: SsoStepResult[] = [];
  let groups: readonly string[] = [];
  const trace: Trace = {
    passed: (step, words) => passed.push({ step, outcome: 'passed', words }),
    groups: (found) => {
      groups = found;
    },
  };
  try {
    const role = await go(trace);
    return { steps: withSkipped(kind, passed, null, person), groups: [...groups], role };
  } catch (failure) {
    if (!(failure instanceof StepFailure)) throw failure;
    return { steps: withSkipped(kind, passed, failure, person), groups: [...groups], role: null };
  }
}

/**
 * Tries a directory.
 * @param person whose sign-on is tried; `null` to try the provider alone
 */
export function tryDirectory(
  ask: AskDirectory,
  draft: DraftOf<'ldap'>,
  secret: string,
  person: { email: string; password: string | null } | null,
): Promise<SsoTrial> {
  return goThrough('ldap', person !== null, async (trace) => {
    if (person === null) return ask(draft.settings, secret, trace, async () => null);
    return (await signOnWithDirectory(ask, draft, secret, person, trace)).role;
  });
}

function withSkipped(
  kind: SsoSettings['kind'],
  passed: readonly SsoStepResult[],
  failure: StepFailure | null,
  person: boolean,
): SsoStepResult[] {
  return SSO_STEPS[kind].map((step) => {
    if (failure?.step === step) return { step, outcome: 'failed', words: failure.words };
    const known = passed.find((result) => result.step === step);
    return known ?? { step, outcome: 'skipped', words: whySkipped(step, failure !== null, person) };
  });
}

function whySkipped(step: SsoStep, failed: boolean, person: boolean): string {
  if (failed) return 'Not tried, because an earlier step failed.';
  return person || WITHOUT_PERSON.includes(step) ? 'Not needed.' : 'Not tried, because nobody signed in.';
}
