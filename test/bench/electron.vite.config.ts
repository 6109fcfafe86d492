import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { nodeBundles } from '../../electron.vite.config';

const PROCESSES = ['engine', 'loader', 'passThrough', 'upstream', 'windowWorker', 'tokens', 'tokensDirect'];

const folder = process.env.RISCURA_BENCH_BUNDLES;
if (!folder) throw new Error('RISCURA_BENCH_BUNDLES names the folder to build into');

/** The processes of the bench, bundled as the console's own are: what is measured is what ships. */
export default defineConfig({
  main: {
    build: nodeBundles(
      {
        ...Object.fromEntries(PROCESSES.map((name) => [name, resolve(`test/bench/processes/${name}.ts`)])),
        hashWorker: resolve('src/adapters/argon2/hashWorker.ts'),
        modelHost: resolve('src/hosts/modelHost.ts'),
      },
      folder,
    ),
  },
});
