/** `output`: adapter folders to write. */
import { isUri } from './read-sources.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { SpecOutput, SpecSource } from './types.js';
import { entriesOf, entryOf, textOf, type YamlNode } from './yaml-tree.js';

const DTYPES = ['float32', 'float16', 'bfloat16'] as const;

/** Outputs in the order of the text; no two at one place, none over an input. */
export function readOutputs(
  root: YamlNode,
  names: Namespace,
  inputs: readonly SpecSource[],
  problems: SpecProblems,
): readonly SpecOutput[] {
  const taken = new Map(inputs.map(({ path }) => [normalisePath(path), 'an input']));
  const outputs = new Map<string, SpecOutput>();
  for (const { key, keySpan, value } of entriesOf(entryOf(root, 'output')?.value)) {
    const step = names.resolve(key, keySpan, ['step']);
    const place = value.kind === 'map' ? entryOf(value, 'path')?.value : value;
    const path = textOf(place);
    if (path === undefined || place === undefined) {
      continue;
    }
    const holder = taken.get(normalisePath(path));
    if (isUri(path) || path.startsWith('~')) {
      const message = isUri(path) ? 'an output is a local folder' : '~ is not expanded in a spec';
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write an absolute or relative path.', span: place.span });
    } else if (holder !== undefined) {
      const message = `${holder} lies at ${path.slice(0, 80)} already`;
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write to another folder.', span: place.span });
    }
    taken.set(normalisePath(path), `the output of "${key}"`);
    if (step !== undefined && outputs.has(step)) {
      const message = `"${step}" has an output already`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'Remove one of them.', span: keySpan });
    } else if (step !== undefined) {
      const dtype = DTYPES.find((name) => name === textOf(entryOf(value, 'dtype')?.value)) ?? 'float32';
      outputs.set(step, { step, path, dtype, span: place.span });
    }
  }
  return [...outputs.values()];
}

/** The same folder has the same spelling, as far as the text tells: `a/./b/../c/` is `a/c`. */
function normalisePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}
