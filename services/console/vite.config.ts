import { defineConfig } from 'vite';

/** Builds the console into `dist`, which the gateway serves at `/console/`. */
export default defineConfig({
  base: '/console/',
  root: import.meta.dirname,
  resolve: { conditions: ['docfleet-source', 'module', 'browser', 'production', 'import', 'default'] },
  build: {
    target: 'es2023',
    // The policy of the pages allows no address of another kind than their own: nothing is put into a file as text.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'licences.md' },
  },
});
