/** Writes demo/SHA256SUMS: the digest of every file of the demo. Part of `npm run generate`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../demo', import.meta.url));
/** The list itself, the page that people read, and what Python leaves behind. */
const LEFT_OUT = /^(SHA256SUMS|README\.md)$|(^|\/)__pycache__\//;

/** The list, one line per file in the form of `sha256sum`, by path. */
export function renderSums(): string {
  return readdirSync(DEMO, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !LEFT_OUT.test(path) && statSync(join(DEMO, path)).isFile())
    .sort()
    .map(
      (path) =>
        `${createHash('sha256')
          .update(readFileSync(join(DEMO, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(DEMO, 'SHA256SUMS'), renderSums());
}
