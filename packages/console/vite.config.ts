/** How the page is built: one chunk a page, hashed names, nothing inline, so that a strict CSP holds. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    assetsInlineLimit: 0, // a data: URL would need a hole in the CSP
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What nearly every page needs is one file: it packs better than ten small ones.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /node_modules\/preact|console\/src\/(?!pages|ui\/(?:plot|scale|chart|talk|dialog|still)|talk|answer|sandbox|main|app|frame|sign-in|key-list|all-pages)[^?]*\.tsx?$/,
            },
          ],
        },
      },
    },
  },
})
