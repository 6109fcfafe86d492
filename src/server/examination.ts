import { type InstallationStatus, isConsoleError } from '../contract';
import type { Engine } from '../engine';

/** Before the first operator an installation serves nobody but whoever sets it up. */
const FIRST_RUN = 'FIRST_RUN';
const PREPARING = 'PREPARING';

/**
 * Why an engine cannot serve now, as codes: those of the contract, PREPARING, FIRST_RUN.
 * @returns none when it can
 */
export async function reasonsNotToServe(engine: Pick<Engine, 'call'>): Promise<string[]> {
  try {
    return reasonsOf(await statusOf(engine));
  } catch (problem) {
    return [isConsoleError(problem) ? problem.code : 'INTERNAL'];
  }
}

async function statusOf(engine: Pick<Engine, 'call'>): Promise<InstallationStatus> {
  const { output } = await engine.call({
    scope: 'installation',
    tenant: null,
    name: 'status.read',
    input: {},
    credential: null,
    source: 'monitor',
    signal: new AbortController().signal,
    bytes: 0,
  });
  return output as InstallationStatus;
}

function reasonsOf({ state, problems }: InstallationStatus): string[] {
  const codes = problems.map(({ code }) => code);
  if (state === 'preparing') return [PREPARING, ...codes];
  return state === 'first-run' ? [FIRST_RUN, ...codes] : codes;
}
