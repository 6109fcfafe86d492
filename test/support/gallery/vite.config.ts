import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from '../../../src/server/web/contentSecurityPolicy';
import { TRUSTED_TYPES_PATH, TRUSTED_TYPES_SCRIPT } from '../../../src/server/web/trustedTypes';

/** Serves the page as the console does: its policy, and its way for text that would become markup. */
const asInProduction: Plugin = {
  name: 'as-in-production',
  transformIndexHtml: {
    order: 'post',
    handler: (page) => page.replace('<head>', `<head><script src="${TRUSTED_TYPES_PATH}"></script>`),
  },
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use(TRUSTED_TYPES_PATH, (_, response) => {
      response.setHeader('content-type', 'text/javascript').end(TRUSTED_TYPES_SCRIPT);
    });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), asInProduction],
  build: { outDir: '../../../out/gallery', emptyOutDir: true, assetsInlineLimit: 0, target: 'chrome130' },
  preview: {
    port: 4199,
    strictPort: true,
    headers: { 'Content-Security-Policy': contentSecurityPolicy('gallery', null) },
  },
});
