/** The project's own files: everything but what is installed, built or written by runs. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', 'out', 'coverage', '.git', '__pycache__']);

/** Paths of all files, relative to the root, with `/`. */
export function projectFiles(folder = ROOT): string[] {
  return readdirSync(folder)
    .filter((name) => !NOT_OURS.has(name))
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? projectFiles(path) : [relative(ROOT, path).split(sep).join('/')];
    });
}

/** The text of one file. */
export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
