import { type SsoDraft, SsoStep, type SsoStepResult, type SsoTrial } from '../../../contract';
import { type AskDirectory, signOnWithDirectory } from './signIn';
import { StepFailure, type Trace } from './steps';

/** The steps that are gone through when nobody is tried. */
const WITHOUT_PERSON: readonly SsoStep[] = ['allowed', 'resolve', 'connect', 'tls', 'bind'];

/**
 * Goes through the steps of a sign-on and says of each how it went. Nobody is let in and nothing is kept.
 * @param person whose sign-on is tried; `null` to try the provider alone
 */
export async function tryOut(
  ask: AskDirectory,
  draft: SsoDraft,
  secret: string,
  person: { email: string; password: string | null } | null,
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
    if (person === null) {
      await ask(draft.settings, secret, trace, async () => undefined);
      return { steps: withSkipped(passed, null), groups: [], role: null };
    }
    const { role } = await signOnWithDirectory(ask, draft, secret, person, trace);
    return { steps: withSkipped(passed, null), groups: [...groups], role };
  } catch (failure) {
    if (!(failure instanceof StepFailure)) throw failure;
    return { steps: withSkipped(passed, failure), groups: [...groups], role: null };
  }
}

function withSkipped(passed: readonly SsoStepResult[], failure: StepFailure | null): SsoStepResult[] {
  return SsoStep.options.map((step) => {
    if (failure?.step === step) return { step, outcome: 'failed', words: failure.words };
    const known = passed.find((result) => result.step === step);
    if (known) return known;
    const words = failure
      ? 'Not tried, because an earlier step failed.'
      : WITHOUT_PERSON.includes(step)
        ? 'Not needed.'
        : 'Not tried, because no person was given.';
    return { step, outcome: 'skipped', words };
  });
}
