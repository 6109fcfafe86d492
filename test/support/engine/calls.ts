import type { Engine, EngineRequest } from '../../../src/engine';
import { createCredentialKeeper } from '../../../src/engine/door';

/** Calls the engine as a transport does, without a port in between. */
export function createCaller(engine: Engine, source = 'window:direct') {
  const keeper = createCredentialKeeper({
    renew: engine.renew,
    source,
    kept: null,
    onChange: () => undefined,
  });
  return {
    get credential() {
      return keeper.kept;
    },
    set credential(next: string | null) {
      keeper.keep(next);
    },
    async call(
      scope: EngineRequest['scope'],
      name: string,
      input: unknown = {},
      more: Partial<EngineRequest> = {},
    ): Promise<unknown> {
      const result = await engine.call({
        scope,
        tenant: null,
        name,
        input,
        credential: await keeper.forCall(),
        source,
        signal: new AbortController().signal,
        bytes: 0,
        ...more,
      });
      if (result.credential !== undefined) keeper.keep(result.credential);
      return result.output;
    },
  };
}

/** All values of a stream. */
export async function collect(stream: unknown): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of stream as AsyncIterable<unknown>) values.push(value);
  return values;
}

/** The error of a promise that must reject. */
export async function problemOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (problem) {
    return problem;
  }
  throw new Error('it did not fail');
}
