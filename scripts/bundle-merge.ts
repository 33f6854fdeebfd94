/**
 * Makes one file of `ominus merge` and all that it imports, in place, so that it starts fast, and one of its threads, beside it, where
 * they look for it. Part of `npm run build`.
 */
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, '..', 'dist');
await build({
  entryPoints: {
    'merge-main': join(dist, 'cli', 'merge-main.js'),
    'merge-thread': join(dist, 'io', 'adapter', 'merge-thread.js'),
  },
  outdir: join(dist, 'cli'),
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  sourcemap: true,
  // commander is CommonJS and requires Node's own modules
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
