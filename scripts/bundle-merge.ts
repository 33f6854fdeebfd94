/** Makes one file of `ominus merge` and all that it imports, in place, so that it starts fast. Part of `npm run build`. */
import { join } from 'node:path';
import { build } from 'esbuild';

const entry = join(import.meta.dirname, '..', 'dist', 'cli', 'merge-main.js');
await build({
  entryPoints: [entry],
  outfile: entry,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  // commander is CommonJS and requires Node's own modules
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
