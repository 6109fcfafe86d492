import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { nodeBundles } from '../../../electron.vite.config';

const folder = process.env.RISCURA_EMPTY_APP;
if (!folder) throw new Error('RISCURA_EMPTY_APP names the folder to build into');

/** An empty electron-vite application: a window with one heading by React. */
export default defineConfig({
  main: { build: nodeBundles({ index: resolve('test/bench/emptyApp/main.ts') }, join(folder, 'out/main')) },
  renderer: {
    root: 'test/bench/emptyApp/page',
    plugins: [react()],
    build: {
      outDir: join(folder, 'out/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      rolldownOptions: { input: resolve('test/bench/emptyApp/page/index.html') },
    },
  },
});
