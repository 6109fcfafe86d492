/**
 * A step that cannot be done and that everything after it needs. Its message is for the person at the
 * keyboard: it is printed without a stack.
 */
export class SetupError extends Error {}

/**
 * @typedef {{ kind: 'there' | 'done' | 'skipped', note?: string }} Outcome
 * @typedef {(what: string) => void} Report  says, before the long part begins, what is being done
 */

/** @param {string} [note] @returns {Outcome} */
export const there = (note) => ({ kind: 'there', note });
/** @param {string} [note] @returns {Outcome} */
export const done = (note) => ({ kind: 'done', note });
/** @param {string} why @returns {Outcome} */
export const skipped = (why) => ({ kind: 'skipped', note: why });

/**
 * Runs one step of the set-up and prints a line for its result.
 * @param {string} title
 * @param {(report: Report) => Promise<Outcome> | Outcome} work
 * @returns {Promise<Outcome>}
 */
export async function step(title, work) {
  const start = performance.now();
  try {
    const outcome = await work((what) => say(`  · ${title}: ${what} …`));
    say(line(title, outcome, performance.now() - start));
    return outcome;
  } catch (error) {
    say(`  ✗ ${title} (${seconds(performance.now() - start)})`);
    throw error;
  }
}

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * @param {string} title
 * @param {Outcome} outcome
 * @param {number} milliseconds
 */
function line(title, outcome, milliseconds) {
  const note = outcome.note ? `: ${outcome.note}` : '';
  if (outcome.kind === 'skipped') return `  – ${title} skipped${note}`;
  if (outcome.kind === 'there')
    return `  ✓ ${title}: already there${outcome.note ? ` (${outcome.note})` : ''}`;
  return `  ✓ ${title}${note} (${seconds(milliseconds)})`;
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
