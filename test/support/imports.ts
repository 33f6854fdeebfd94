/** The modules that a TypeScript file imports, read from its text. */
import { join } from 'node:path';

/** One import. */
export interface Import {
  readonly specifier: string;
  readonly isType: boolean;
}

/** Every module that a file names, statically or not; imports of types alone are marked. */
export function importsOf(text: string): readonly Import[] {
  const pattern =
    /^(?:import|export)(?<type>\s+type)?\s[^'"`;]*?from\s*['"](?<from>[^'"]+)['"]|^import\s*['"](?<bare>[^'"]+)['"]|\b(?:import|require)\(\s*['"](?<call>[^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map(({ groups }) => ({
    specifier: groups?.['from'] ?? groups?.['bare'] ?? groups?.['call'] ?? '',
    isType: groups?.['type'] !== undefined,
  }));
}

/** The source file that a relative import of a file leads to, from the project's root. */
export function resolved(file: string, specifier: string): string {
  return join(file, '..', specifier).replace(/\.js$/, '.ts');
}
