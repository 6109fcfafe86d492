import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The policy that the console serves its window with; the gallery proves that nothing breaks it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'nonce-gallery'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
].join('; ');

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: '../../../out/gallery', emptyOutDir: true, assetsInlineLimit: 0, target: 'chrome130' },
  preview: { port: 4199, strictPort: true, headers: { 'Content-Security-Policy': POLICY } },
  server: { port: 4198, strictPort: true },
});
