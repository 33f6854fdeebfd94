/** Where this package is and what it is called: read from its own package.json, in sources and in dist alike. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let cached: { readonly folder: string; readonly version: string } | undefined;

/** The package's folder and version. */
export function packageRoot(): { readonly folder: string; readonly version: string } {
  if (cached === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
      folder = dirname(folder);
    }
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown }; // our own file
    cached = { folder, version: typeof manifest.version === 'string' ? manifest.version : '0.0.0' };
  }
  return cached;
}
