import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Native or heavy modules: they stay in node_modules and are loaded from there. */
const EXTERNAL = [
  '@github/keytar',
  '@huggingface/transformers',
  '@journeyapps/sqlcipher',
  '@node-rs/argon2',
  'better-sqlite3',
  'node-llama-cpp',
  'onnxruntime-node',
];

/** What runs in a process or a worker of its own: `out/main/NAME.js` each. */
const ENTRIES = [
  'src/main/index.ts',
  'src/hosts/engineHost.ts',
  'src/hosts/modelHost.ts',
  'src/hosts/parserHost.ts',
  'src/adapters/argon2/hashWorker.ts',
  'src/server/serve.ts',
  'src/cli/riscura.ts',
];

const external = EXTERNAL.map((name) => new RegExp(`^${name}(/|$)`));
const entries = ENTRIES.filter((file) => existsSync(file)).map((file) => [
  basename(file, '.ts'),
  resolve(file),
]);
/** Beside the bundles for whoever debugs; the bundles do not name them and they are not shipped. */
const sourcemap = 'hidden';

export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      target: 'node20',
      outDir: 'out/main',
      sourcemap,
      rolldownOptions: {
        input: Object.fromEntries(entries),
        external,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      target: 'node20',
      outDir: 'out/preload',
      sourcemap,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    html: { cspNonce: '__CSP_NONCE__' },
    // The page comes from app://console in development too; only its live updates come from here.
    server: {
      host: '127.0.0.1',
      port: 5_173,
      strictPort: true,
      hmr: { protocol: 'ws', host: '127.0.0.1', clientPort: 5_173 },
    },
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      target: 'chrome130',
      sourcemap,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
});
