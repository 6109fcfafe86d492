import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillAtomically, inCache } from './cacheFolder.mjs';
import { pinned } from './pinned.mjs';
import { done, SetupError, skipped, step, there } from './progress.mjs';
import { findProgram, run } from './run.mjs';
import { missingFor } from './systemPackages.mjs';

const { version, module, audioHeader } = pinned.ollama;
const folder = inCache('ollama', version);
const cachedBinary = join(folder, process.platform === 'win32' ? 'ollama.exe' : 'ollama');

/** An Ollama that is already here: the one named, installed, or built earlier. */
export function findOllama() {
  if (process.env.RISCURA_OLLAMA) return process.env.RISCURA_OLLAMA;
  return findProgram('ollama') ?? (existsSync(cachedBinary) ? cachedBinary : undefined);
}

/**
 * Sees to a real Ollama server for the tests: finds one, or builds one from its Go module.
 * @returns {Promise<string | undefined>} the binary; undefined when there can be none, which has been said
 */
export async function ensureOllama() {
  await step('Ollama for the tests', async (report) => {
    const found = findOllama();
    if (found) return there(found);
    const go = findProgram('go');
    if (!go) return skipped('no Ollama and no Go here, so that the tests against a real Ollama are skipped');
    const missing = missingFor(['ollama']).map(({ packages }) => packages[0]);
    if (missing.length > 0) {
      return skipped(
        `building it needs ${missing.join(' and ')}; the tests against a real Ollama are skipped`,
      );
    }
    report('building it from its Go module, three to six minutes, once');
    try {
      await fillAtomically(folder, (work) => build(go, work));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return skipped(
        `the build failed, so that the tests against a real Ollama are skipped:\n${error.message}`,
      );
    }
    return done();
  });
  return findOllama();
}

/**
 * The module leaves out folders called vendor, so the three headers in them are supplied from elsewhere.
 * @param {string} go
 * @param {string} target
 */
async function build(go, target) {
  const headers = join(target, '..', 'headers');
  mkdirSync(join(headers, 'stb'), { recursive: true });
  mkdirSync(join(headers, 'miniaudio'));
  copyFileSync('/usr/include/stb/stb_image.h', join(headers, 'stb', 'stb_image.h'));
  const audio = JSON.parse(
    await run(go, ['mod', 'download', '-json', `${audioHeader.module}@${audioHeader.version}`]),
  );
  copyFileSync(join(audio.Dir, audioHeader.file), join(headers, 'miniaudio', audioHeader.file));
  const flags = ['-O3', ...vectorFlags()].join(' ');
  const env = {
    ...process.env,
    GOBIN: target,
    CGO_ENABLED: '1',
    CGO_CFLAGS: flags,
    CGO_CXXFLAGS: `${flags} -I${headers}`,
  };
  const linkerFlags = `-ldflags=-X=${module}/version.Version=${version}`;
  await withLowPriority(go, ['install', linkerFlags, `${module}@v${version}`], env);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function withLowPriority(command, args, env) {
  const nice = findProgram('nice');
  const options = { env, failing: 'building Ollama' };
  return nice ? run(nice, ['-n', '10', command, ...args], options) : run(command, args, options);
}

/** Without the vector instructions of the processor a model answers six times slower. */
function vectorFlags() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  const processor = readFileSync('/proc/cpuinfo', 'utf8');
  return ['avx2', 'fma', 'f16c']
    .filter((name) => new RegExp(`\\b${name}\\b`).test(processor))
    .map((name) => `-m${name}`);
}
