// The app as one script and one style sheet: a classic script with the worker in it, so that it works in
// a file opened from disk too. Nothing in them ends a script or style element, since both are also
// written into pages.

import { defineConfig, type Plugin } from 'vite';

/** Fails the build if an asset could end the element that it is written into. */
function embeddable(): Plugin {
  return {
    name: 'embeddable',
    generateBundle(_, bundle) {
      for (const [name, asset] of Object.entries(bundle)) {
        const text = asset.type === 'chunk' ? asset.code : String(asset.source);
        if (/<\/(script|style)|<!--/i.test(text)) this.error(`${name} cannot be written into a page`);
      }
    },
  };
}

export default defineConfig({
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'iife' },
  plugins: [embeddable()],
  build: {
    outDir: '../assets',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    license: { fileName: 'LICENCES.md' },
    reportCompressedSize: false,
    rollupOptions: {
      input: 'src/main.tsx',
      output: { format: 'iife', entryFileNames: 'app.js', assetFileNames: 'app[extname]' },
    },
  },
});
