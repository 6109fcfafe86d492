import { join, resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { nodeBundles, preloadBundle } from '../../../electron.vite.config';

const folder = process.env.RISCURA_SHELL_APP;
if (!folder) throw new Error('RISCURA_SHELL_APP names the folder to build into');

/** The real main process and preload script; a tiny engine, tiny hosts and a tiny page for the real ones. */
export default defineConfig({
  main: {
    build: nodeBundles(
      {
        index: resolve('src/main/index.ts'),
        engineHost: resolve('test/support/shellApp/tinyEngineHost.ts'),
        modelHost: resolve('test/support/shellApp/tinyHost.ts'),
        parserHost: resolve('test/support/shellApp/tinyHost.ts'),
      },
      join(folder, 'out/main'),
    ),
  },
  preload: { build: preloadBundle(join(folder, 'out/preload')) },
  renderer: {
    root: 'test/support/shellApp/page',
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      outDir: join(folder, 'out/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      rolldownOptions: { input: resolve('test/support/shellApp/page/index.html') },
    },
  },
});
