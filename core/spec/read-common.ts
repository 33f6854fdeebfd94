/** What every kind of spec has. */
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readAdapters, readBase } from './read-sources.js';
import type { SpecCommon, SpecSource } from './types.js';
import { entryOf, itemsOf, textOf, type YamlNode } from './yaml-tree.js';

/** Reads it, and declares the adapters. */
export function readCommon(text: string, root: YamlNode, names: Namespace, problems: SpecProblems): SpecCommon {
  return {
    name: textOf(entryOf(root, 'name')?.value) ?? '',
    description: textOf(entryOf(root, 'description')?.value),
    tags: itemsOf(entryOf(root, 'tags')?.value).flatMap((item) => textOf(item) ?? []),
    text,
    base: readBase(root, problems),
    adapters: readAdapters(root, names, problems),
    semantics: textOf(entryOf(root, 'semantics')?.value) === 'reference' ? 'reference' : 'scaled',
    promptDate: readPromptDate(root, problems),
    missing: textOf(entryOf(root, 'missing')?.value) === 'error' ? 'error' : 'pass',
  };
}

/** A day of the calendar; what does not look like one is reported by the schema. */
function readPromptDate(root: YamlNode, problems: SpecProblems): string | undefined {
  const node = entryOf(root, 'prompt_date')?.value;
  const day = textOf(node);
  if (node === undefined || day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    return undefined;
  }
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) {
    const message = `prompt_date ${day} is not a day of the calendar`;
    problems.add({ code: 'SPEC_VALUE', message, hint: 'Write a day as 2026-12-01.', span: node.span });
  }
  return day;
}

/** Everything that is read and must not be written over. */
export function inputsOf({ base, adapters }: SpecCommon): readonly SpecSource[] {
  return [...adapters.values(), ...(base === undefined ? [] : [base])];
}
