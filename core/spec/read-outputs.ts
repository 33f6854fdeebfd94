/** `output`: adapter folders to write. */
import type { Span } from '../diagnostic.js';
import type { OutputDtype } from '../plan/types.js';
import { isUri } from './read-sources.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { SpecOutput, SpecSource } from './types.js';
import { entriesOf, entryOf, textOf, type YamlNode } from './yaml-tree.js';

const DTYPES: readonly OutputDtype[] = ['float32', 'float16', 'bfloat16'];

/** Outputs in the order of the text; no two at one place, none over an input. */
export function readOutputs(
  root: YamlNode,
  names: Namespace,
  inputs: readonly SpecSource[],
  problems: SpecProblems,
): readonly SpecOutput[] {
  const places = new OutputPlaces(inputs);
  const outputs = new Map<string, SpecOutput>();
  for (const { key, keySpan, value } of entriesOf(entryOf(root, 'output')?.value)) {
    const step = names.resolve(key, keySpan, ['step']);
    const place = value.kind === 'map' ? entryOf(value, 'path')?.value : value;
    const path = textOf(place);
    if (path === undefined || place === undefined) {
      continue;
    }
    places.take(path, `the output of "${key}"`, place.span, problems);
    if (step !== undefined && outputs.has(step)) {
      const message = `"${step}" has an output already`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'Remove one of them.', span: keySpan });
    } else if (step !== undefined) {
      outputs.set(step, { step, path, dtype: readDtype(value), span: place.span });
    }
  }
  return [...outputs.values()];
}

/** Element type of an output's tensors. */
export function readDtype(output: YamlNode | undefined): OutputDtype {
  return DTYPES.find((name) => name === textOf(entryOf(output, 'dtype')?.value)) ?? 'float32';
}

/** Places that are read or written. */
export class OutputPlaces {
  readonly #taken: Map<string, string>;

  constructor(inputs: readonly SpecSource[]) {
    this.#taken = new Map(inputs.map(({ path }) => [normalisePath(path), 'an input']));
  }

  /** Takes a place for an output; reports one that is no local folder, or taken. */
  take(path: string, holder: string, span: Span, problems: SpecProblems): void {
    const other = this.#taken.get(normalisePath(path));
    if (isUri(path) || path.startsWith('~')) {
      const message = isUri(path) ? 'an output is a local folder' : '~ is not expanded in a spec';
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write an absolute or relative path.', span });
    } else if (other !== undefined) {
      const message = `${other} lies at ${path.slice(0, 80)} already`;
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write to another folder.', span });
    }
    this.#taken.set(normalisePath(path), holder);
  }
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
