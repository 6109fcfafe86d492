import { dependenciesNeedCompiler, ensureDependencies } from './dependencies.mjs';
import { ensureElectron } from './electronRuntime.mjs';
import { ensureEmbeddingModel, ensureStarterModel, modelsFolder } from './models.mjs';
import { ensureBetterSqlite3 } from './nativeModules.mjs';
import { ensureOllama } from './ollama.mjs';
import { ensureOrdinaryUser } from './ordinaryUser.mjs';
import { say } from './progress.mjs';
import { electronArgumentsForTests } from './sandbox.mjs';
import { ensureSystemPackages } from './systemPackages.mjs';

/**
 * Does every part of the set-up that is missing.
 * @param {{ virtualDesktop?: boolean, tests?: boolean }} purpose  what it is for, beside starting the console
 * @returns {Promise<Record<string, string>>} the environment that hands the result to the application
 */
export async function setUp({ virtualDesktop = false, tests = false } = {}) {
  if (process.platform !== 'win32') process.umask(0o022);
  say('Set-up');
  await ensureSystemPackages([
    'electron',
    ...(dependenciesNeedCompiler() ? ['compiler'] : []),
    ...(virtualDesktop || tests ? ['virtualDesktop'] : []),
    ...(tests ? ['tests', 'ollama'] : []),
  ]);
  if (virtualDesktop || tests) await ensureOrdinaryUser();
  const [runtime, ollama] = await Promise.all([
    ensureRuntime(),
    tests ? ensureOllama() : undefined,
    ensureStarterModel(),
    ensureEmbeddingModel(),
  ]);
  return {
    RISCURA_ELECTRON: runtime.electron,
    RISCURA_ELECTRON_ARGS: JSON.stringify(electronArgumentsForTests()),
    RISCURA_MODELS: modelsFolder,
    ...(runtime.betterSqlite3 && { RISCURA_BETTER_SQLITE3_BINDING: runtime.betterSqlite3 }),
    ...(ollama && { RISCURA_OLLAMA: ollama }),
  };
}

/** What runs the console: dependencies, then the Electron that they help to unpack, then what that one lacks. */
async function ensureRuntime() {
  await ensureDependencies();
  const electron = await ensureElectron();
  return { electron, betterSqlite3: await ensureBetterSqlite3(electron) };
}
