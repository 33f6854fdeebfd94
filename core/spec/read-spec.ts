/** Text → validated spec, or every problem of the text at once, located. */
import { type Diagnostic, nearest } from '../diagnostic.js';
import { applyDefaults } from './apply-defaults.js';
import { assign } from './assignments.js';
import { checkSchema } from './check-schema.js';
import { EditedText } from './edited-text.js';
import { quoted } from './flow-text.js';
import { parseYaml } from './parse-yaml.js';
import { type Environment, fillPlaceholders } from './placeholders.js';
import { SpecProblems } from './problem.js';
import { readOrderStudy } from './read-order-study.js';
import { readRecipe } from './read-recipe.js';
import { readSweep } from './read-sweep.js';
import { isSpecKind, SPEC_SCHEMAS, type SpecKind } from './schema.js';
import type { Spec, SpecResult } from './types.js';
import { entriesOf, entryOf, textOf, type YamlNode } from './yaml-tree.js';

/** Largest spec, in UTF-16 units. */
export const MAX_SPEC_LENGTH = 1_048_576;

/** One reader per kind. */
const READERS: {
  readonly [K in SpecKind]: (text: string, root: YamlNode, problems: SpecProblems) => Extract<Spec, { kind: K }>;
} = {
  recipe: readRecipe,
  'order-study': readOrderStudy,
  sweep: readSweep,
};

/** Keys that only one kind has: they tell which one is meant when `kind` is missing. */
const TELLING_KEYS: readonly (readonly [key: string, kind: SpecKind])[] = [
  ['remove', 'order-study'],
  ['over', 'sweep'],
];

/** What a spec may be told from outside. */
export interface ReadOptions {
  /** Values that replace those of the text, as `key.path=value`. */
  readonly set?: readonly string[] | undefined;
  /** Where variables that `vars` declares as `{ env: NAME }` come from; nowhere by default. */
  readonly environment?: Environment;
}

/**
 * Reads a spec; pure, opens nothing, never throws. A byte order mark is dropped; spans and `spec.text` are without it, and with all
 * values put in.
 *
 * @param file - how diagnostics call it
 */
export function readSpec(file: string, source: string, options: ReadOptions = {}): SpecResult {
  const written = EditedText.of(source.startsWith('\ufeff') ? source.slice(1) : source);
  const { text, diagnostics } = putIn(file, written, options);
  if (diagnostics.length > 0) {
    return { spec: undefined, diagnostics, text };
  }
  const problems = new SpecProblems();
  const spec = readText(text.text, problems);
  return { spec: problems.hasError ? undefined : spec, diagnostics: problems.toDiagnostics(file, text), text };
}

/** Puts in what comes from the command line, from `vars` and from the environment; the stored text says what that was. */
function putIn(
  file: string,
  written: EditedText,
  { set = [], environment = {} }: ReadOptions,
): { readonly text: EditedText; readonly diagnostics: readonly Diagnostic[] } {
  if (written.text.length > MAX_SPEC_LENGTH) {
    return { text: written, diagnostics: [] };
  }
  const assigned = assign(written, set);
  const filled = fillPlaceholders(file, assigned.text, environment);
  const notes = [
    ...set.map((argument) => `# --set ${quoted(argument)}`),
    ...filled.used.map((name) => `# from the environment: ${name}=${quoted(environment[name] ?? '')}`),
  ];
  const end = filled.text.text.length;
  const note = { span: { start: end, end }, inserted: `\n${notes.join('\n')}\n` };
  return {
    text: notes.length === 0 ? filled.text : filled.text.with([note]),
    diagnostics: [...assigned.diagnostics, ...filled.diagnostics],
  };
}

function readText(text: string, problems: SpecProblems): Spec | undefined {
  if (text.length > MAX_SPEC_LENGTH) {
    const message = `a spec has at most ${MAX_SPEC_LENGTH} characters, got ${text.length}`;
    problems.add({ code: 'SPEC_SIZE', message, hint: 'Split it into several specs.', span: { start: 0, end: 1 } });
    return undefined;
  }
  const root = parseYaml(text, problems);
  if (root?.kind !== 'map') {
    if (!problems.hasError) {
      const isEmpty = root === undefined || (root.kind === 'scalar' && root.value === null);
      const message = isEmpty ? 'the file is empty' : 'a spec is a map of keys to values';
      const hint = 'Begin with version: 1 and kind: recipe.';
      problems.add({ code: 'SPEC_EMPTY', message, hint, span: root?.span ?? { start: 0, end: 1 } });
    }
    return undefined;
  }
  const kind = readKind(root, problems);
  if (kind === undefined) {
    return undefined;
  }
  const complete = applyDefaults(root, problems);
  checkSchema(kind, complete, problems);
  return READERS[kind](text, complete, problems);
}

/** The kind; one that is missing or misspelt is reported and guessed, so that the other problems can be told too. */
function readKind(root: YamlNode, problems: SpecProblems): SpecKind | undefined {
  const entry = entryOf(root, 'kind');
  const written = textOf(entry?.value);
  if (written !== undefined && isSpecKind(written)) {
    return written;
  }
  const kinds = Object.keys(SPEC_SCHEMAS);
  const told = TELLING_KEYS.find(([key]) => entryOf(root, key) !== undefined)?.[1] ?? 'recipe';
  const near = entry === undefined ? told : nearest(written ?? '', kinds);
  const unknown = written === undefined ? 'kind must be text' : `unknown kind "${written.slice(0, 60)}"`;
  problems.add({
    code: 'SPEC_KIND',
    message: entry === undefined ? 'the spec needs the key "kind"' : `${unknown}; known: ${kinds.join(', ')}`,
    hint:
      near === undefined || entry === undefined ? `Write kind: ${kinds.join(' or kind: ')}.` : `Did you mean ${near}?`,
    span: entry?.value.span ?? entriesOf(root)[0]?.keySpan ?? root.span,
  });
  return near !== undefined && isSpecKind(near) ? near : undefined;
}
