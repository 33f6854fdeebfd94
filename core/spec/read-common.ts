/** What every kind of spec has. */
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readAdapters, readBase } from './read-sources.js';
import type { SpecCommon, SpecSource } from './types.js';
import { entryOf, textOf, type YamlNode } from './yaml-tree.js';

/** Reads it, and declares the adapters. */
export function readCommon(text: string, root: YamlNode, names: Namespace, problems: SpecProblems): SpecCommon {
  return {
    name: textOf(entryOf(root, 'name')?.value) ?? '',
    text,
    base: readBase(root, problems),
    adapters: readAdapters(root, names, problems),
    semantics: textOf(entryOf(root, 'semantics')?.value) === 'reference' ? 'reference' : 'scaled',
    missing: textOf(entryOf(root, 'missing')?.value) === 'error' ? 'error' : 'pass',
  };
}

/** Everything that is read and must not be written over. */
export function inputsOf({ base, adapters }: SpecCommon): readonly SpecSource[] {
  return [...adapters.values(), ...(base === undefined ? [] : [base])];
}
