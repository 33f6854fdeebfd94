/** `output`: adapter folders to write. */
import type { OutputRanks } from '../adapter/output-ranks.js';
import type { Span } from '../diagnostic.js';
import type { OutputDtype } from '../numeric/output-dtype.js';
import { isUri } from './read-sources.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { SpecOutput, SpecSource } from './types.js';
import { entriesOf, entryOf, textOf, type YamlNode } from './yaml-tree.js';

const DTYPES: readonly OutputDtype[] = ['float32', 'float16', 'bfloat16'];

/** Outputs in the order of the text; no two at one place or in one another, none over an input. */
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
      const message = `"${step}" already has an output`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'Remove one of them.', span: keySpan });
    } else if (step !== undefined) {
      outputs.set(step, { step, path, dtype: readDtype(value), ranks: readRanks(value), span: place.span });
    }
  }
  return [...outputs.values()];
}

/** Element type of an output's tensors. */
export function readDtype(output: YamlNode | undefined): OutputDtype {
  return DTYPES.find((name) => name === textOf(entryOf(output, 'dtype')?.value)) ?? 'float32';
}

/** Whether the modules of an output have one rank. */
export function readRanks(output: YamlNode | undefined): OutputRanks {
  return textOf(entryOf(output, 'ranks')?.value) === 'exact' ? 'exact' : 'uniform';
}

/** Places that are read or written. */
export class OutputPlaces {
  readonly #inputs: readonly Place[];
  readonly #outputs: { readonly place: Place; readonly holder: string; readonly path: string }[] = [];

  constructor(inputs: readonly SpecSource[]) {
    this.#inputs = inputs.map(({ path }) => placeOf(path));
  }

  /** Takes a place for an output; reports one that is no local folder, that is an input, or that shares files with another output. */
  take(path: string, holder: string, span: Span, problems: SpecProblems): void {
    const place = placeOf(path);
    const other = this.#outputs.find((output) => contains(output.place, place) || contains(place, output.place));
    if (isUri(path) || path.startsWith('~')) {
      const message = isUri(path) ? 'an output is a local folder' : '~ is not expanded in a spec';
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write an absolute or relative path.', span });
    } else if (this.#inputs.some((input) => isSame(input, place))) {
      const message = `an input is already at ${shown(path)}`;
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write to another folder.', span });
    } else if (other !== undefined && isSame(other.place, place)) {
      const message = `${other.holder} is already at ${shown(path)}`;
      problems.add({ code: 'SPEC_OUTPUT', message, hint: 'Write to another folder.', span });
    } else if (other !== undefined) {
      const message = `${shown(path)} and ${other.holder}, ${shown(other.path)}, overlap: one contains the other`;
      const hint = 'Write them side by side, none inside another: an output is replaced as a whole folder.';
      problems.add({ code: 'SPEC_OUTPUT', message, hint, span });
    }
    this.#outputs.push({ place, holder, path });
  }
}

function shown(path: string): string {
  return path.slice(0, 80);
}

/** A path as far as the text tells: `a/./b/../c/` is `a/c`. Links and the spec's own folder are looked at when a run is planned. */
interface Place {
  readonly isAbsolute: boolean;
  readonly parts: readonly string[];
}

function placeOf(path: string): Place {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return { isAbsolute: path.startsWith('/'), parts };
}

/** Whether a folder is another one, or is in it. What begins with `..` beyond it is elsewhere. */
function contains(outer: Place, inner: Place): boolean {
  return (
    outer.isAbsolute === inner.isAbsolute &&
    outer.parts.every((part, i) => part === inner.parts[i]) &&
    inner.parts[outer.parts.length] !== '..'
  );
}

function isSame(one: Place, other: Place): boolean {
  return contains(one, other) && contains(other, one);
}
