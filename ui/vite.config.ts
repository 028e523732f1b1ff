import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The window's page. Two modes beside the usual ones: `test` runs the unit tests, and `preview` serves the page in a
 * plain browser against an in-memory core, to look at it without the shell. The product is built in neither.
 */
export default defineConfig(({ mode }) => ({
  root: here('.'),
  plugins: [svelte()],
  resolve: {
    alias:
      mode === 'preview'
        ? [
            { find: /^\$lib\/api$/, replacement: here('./test/fake-api.ts') },
            { find: '$lib', replacement: here('./src/lib') },
          ]
        : [{ find: '$lib', replacement: here('./src/lib') }],
    // The tests mount components, which only the browser's build of Svelte can do.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    // WebKitGTK 2.40 and the WebView2 and WKWebView of the systems that Tauri supports.
    target: ['safari16', 'chrome110'],
    // Everything comes from the app's own files: nothing is inlined as a data address that the security policy refuses.
    assetsInlineLimit: 0,
  },
  // The guide in the window is the one in `docs`.
  server: { host: '127.0.0.1', port: 5173, strictPort: true, fs: { allow: [here('..')] } },
  test: {
    root: here('.'),
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: [here('./test/setup.ts')],
    mockReset: true,
  },
}));
