import { cpSync, existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

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
  'src/cli/riscura.ts',
];

/** Beside the bundles for whoever debugs; the bundles do not name them and they are not shipped. */
const sourcemap = 'hidden';

/** What pdf.js reads at run time, with the licences of each: Chinese, Japanese and Korean encodings, and fonts. */
const PDF_RESOURCES = ['LICENSE', 'cmaps', 'standard_fonts'];

/** Puts them beside the bundle of the parser host, which finds them there. */
function pdfResources(outDir: string): Plugin {
  return {
    name: 'pdf-resources',
    writeBundle() {
      for (const name of PDF_RESOURCES)
        cpSync(resolve('node_modules/pdfjs-dist', name), resolve(outDir, 'pdf', name), { recursive: true });
    },
  };
}

type Inputs = Record<string, string>;

/** How the processes of Node are bundled: ES modules for Node 20, which is what Electron 33 has. */
export function nodeBundles(input: Inputs, outDir: string) {
  return {
    externalizeDeps: false,
    target: 'node20',
    outDir,
    sourcemap,
    rolldownOptions: {
      input,
      external: EXTERNAL.map((name) => new RegExp(`^${name}(/|$)`)),
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  } as const;
}

/** How the preload script is bundled: a sandboxed one cannot be an ES module. */
export function preloadBundle(outDir: string) {
  return {
    externalizeDeps: false,
    target: 'node20',
    outDir,
    sourcemap,
    rolldownOptions: {
      input: { index: resolve('src/preload/index.ts') },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  } as const;
}

const entries = ENTRIES.filter((file) => existsSync(file)).map((file) => [
  basename(file, '.ts'),
  resolve(file),
]);

export default defineConfig({
  main: {
    plugins: [pdfResources('out/main')],
    build: nodeBundles(Object.fromEntries(entries), 'out/main'),
  },
  preload: { build: preloadBundle('out/preload') },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    html: { cspNonce: '__CSP_NONCE__' },
    server: {
      host: '127.0.0.1',
      port: 5_173,
      strictPort: true,
      // The page comes from app://console in development too; only its live updates come from here.
      hmr: { protocol: 'ws', host: '127.0.0.1', clientPort: 5_173 },
    },
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      // The same page is the window's and the browsers'.
      target: ['firefox128', 'safari17.4'],
      minify: true,
      // The policy of the page loads fonts from the console alone, not out of data: addresses.
      assetsInlineLimit: 0,
      sourcemap,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
});
