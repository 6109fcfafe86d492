import { isConsoleError } from '../../contract';
import type { Claim, Idempotency } from '../mechanism/idempotency';
import type { Actor, Call } from './call';
import type { Procedure } from './procedures';

/** Answers again with what was made before; only of procedures that tie what they make to the key themselves. */
export type Replays = Readonly<Record<string, (made: string, call: Call) => Promise<unknown>>>;

/** What is to be done with a request that has an idempotency key. */
export type Once =
  | { readonly kind: 'do'; readonly claim: Claim | null }
  | { readonly kind: 'again'; answer(call: Call): Promise<unknown> };

interface OnceOptions {
  readonly idempotency: Idempotency | undefined;
  readonly replays: Replays;
}

/**
 * Finds out whether a request was done before. A view does nothing, so that its key says nothing; nor has anybody a key
 * who has no session.
 * @throws ConsoleError as {@link Idempotency.begin}
 */
export async function beginOnce(
  { idempotency, replays }: OnceOptions,
  procedure: Procedure,
  {
    input,
    actor,
    key,
  }: { readonly input: unknown; readonly actor: Actor | null; readonly key: string | null },
): Promise<Once> {
  const { name, meta, streams } = procedure;
  const replay = replays[name];
  const canRepeat = meta.audit.kind === 'change' && (!streams || replay !== undefined);
  if (key === null || !idempotency || !actor || !canRepeat) return { kind: 'do', claim: null };
  const ties = replay !== undefined;
  const begun = await idempotency.begin({ owner: actor.id, key, procedure: name, input, ties });
  if ('claim' in begun) return { kind: 'do', claim: begun.claim };
  const { answered } = begun;
  return {
    kind: 'again',
    async answer(call) {
      if ('answer' in answered) return JSON.parse(answered.answer) as unknown;
      if (!replay) throw new Error(`${name} tied something to a key that it cannot answer again with`);
      return replay(answered.made, call);
    },
  };
}

/** Runs what has a claim, and keeps its answer. What was refused may be tried again under the same key. */
export async function runOnce<Result extends { readonly output: unknown }>(
  procedure: Procedure,
  claim: Claim,
  replays: Replays,
  run: () => Promise<Result>,
): Promise<Result> {
  const ties = replays[procedure.name] !== undefined;
  try {
    const result = await run();
    // What ties itself goes on after its answer has begun, and says itself when it is over.
    if (ties) return result;
    await claim.keep(procedure.meta.answerIsSecret ? null : JSON.stringify(result.output));
    claim.release();
    return result;
  } catch (problem) {
    if (!ties && isConsoleError(problem) && problem.code !== 'INTERNAL') await claim.takeBack();
    claim.release();
    throw problem;
  }
}
