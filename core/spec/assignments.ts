/** `--set key.path=value`: values from the command line, put into the text of a spec before it is read. */
import { type Diagnostic, nearest, type Span } from '../diagnostic.js';
import { normaliseName } from '../expression/names.js';
import { type Argument, type EditedText, locateArgument, type TextEdit } from './edited-text.js';
import { flowText, keyText } from './flow-text.js';
import { parseYaml } from './parse-yaml.js';
import { SpecProblems } from './problem.js';
import { entryOf, type YamlEntry, type YamlMap, type YamlNode } from './yaml-tree.js';

/** Values that may be set at a time. */
const MAX_ASSIGNMENTS = 100;

/** What became of a text. */
export interface Assigned {
  readonly text: EditedText;
  readonly diagnostics: readonly Diagnostic[];
}

/** Why a value cannot be set. */
interface Refusal {
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
}

/** Puts the values in, one after the other. A text that is not YAML stays as it is: reading it says why. */
export function assign(text: EditedText, assignments: readonly string[]): Assigned {
  let edited = text;
  const diagnostics: Diagnostic[] = [];
  for (const argument of assignments.slice(0, MAX_ASSIGNMENTS)) {
    const root = parseYaml(edited.text, new SpecProblems());
    if (root?.kind !== 'map') {
      return { text, diagnostics };
    }
    const found = editOf(edited.text, root, argument);
    if ('message' in found) {
      diagnostics.push(diagnose(argument, found));
    } else {
      edited = edited.with([found]);
    }
  }
  const beyond = assignments[MAX_ASSIGNMENTS];
  if (beyond !== undefined) {
    const message = `at most ${MAX_ASSIGNMENTS} values can be set`;
    diagnostics.push(
      diagnose(beyond, { message, hint: 'Write them into the spec.', span: { start: 0, end: beyond.length } }),
    );
  }
  return { text: edited, diagnostics };
}

function diagnose(text: string, { message, hint, span }: Refusal): Diagnostic {
  const location = locateArgument({ option: '--set', text, span });
  return { code: 'SPEC_SET', severity: 'error', message, hint, location };
}

/** The change that an argument asks for. */
function editOf(text: string, root: YamlMap, argument: string): TextEdit | Refusal {
  const path = readPath(argument);
  if ('message' in path) {
    return path;
  }
  const value = readValue(argument, path.end + 1);
  return 'message' in value ? value : placeValue({ text, root }, path.keys, value);
}

/** One key of a path, and where it is in the argument. */
interface PathKey {
  readonly key: string;
  readonly span: Span;
}

const PATH_KEY = /"([^"]*)"|([^.="[\]]+)/y;

/** `evaluate.with[0].gsm.limit`, up to the first `=` outside quotes. */
function readPath(argument: string): { readonly keys: readonly PathKey[]; readonly end: number } | Refusal {
  const keys: PathKey[] = [];
  let at = 0;
  while (at < argument.length) {
    PATH_KEY.lastIndex = at;
    const match = PATH_KEY.exec(argument);
    if (match === null) {
      break;
    }
    keys.push({ key: (match[1] ?? match[2] ?? '').trim(), span: { start: at, end: PATH_KEY.lastIndex } });
    at = PATH_KEY.lastIndex;
    if (argument[at] === ']') {
      at++;
    }
    if (argument[at] === '=') {
      return { keys, end: at };
    }
    if (argument[at] === '.' || argument[at] === '[') {
      at++;
    } else if (at < argument.length) {
      break;
    }
  }
  return {
    message: 'a value is set as key=value',
    hint: 'Write for example --set evaluate.with.gsm.limit=50; put a key that has dots in double quotes.',
    span: { start: Math.min(at, Math.max(0, argument.length - 1)), end: argument.length },
  };
}

interface ValueText {
  readonly inserted: string;
  readonly argument: Argument;
}

/** The value as YAML on one line. */
function readValue(argument: string, start: number): ValueText | Refusal {
  const written = argument.slice(start);
  const span = { start, end: argument.length };
  const problems = new SpecProblems();
  const value = parseYaml(written, problems);
  const [problem] = problems.toDiagnostics('--set', written);
  if (problem !== undefined) {
    return {
      message: `the value is not YAML: ${problem.message}`,
      hint: 'Put text that begins with [ or { or has ": " in it in its own quotes: --set \'chain="[a ⊖ b] ⊖ c"\'.',
      span: { start: Math.min(start + problem.location.column - 1, argument.length), end: argument.length },
    };
  }
  if (value === undefined) {
    const hint = 'Write a value after =, or "" for an empty text.';
    return { message: 'there is no value', hint, span: { start: Math.max(0, start - 1), end: start } };
  }
  return { inserted: flowText(value), argument: { option: '--set', text: argument, span } };
}

/** Follows the path as far as the spec has it; the rest becomes a new entry. */
function placeValue(
  { text, root }: { readonly text: string; readonly root: YamlMap },
  keys: readonly PathKey[],
  value: ValueText,
): TextEdit | Refusal {
  let node: YamlNode = root;
  let entry: YamlEntry | undefined;
  for (const [place, key] of keys.entries()) {
    if (isNothing(node)) {
      const rest = withKeys(keys.slice(place), value);
      return replace(text, { node, entry }, { ...rest, inserted: `{ ${rest.inserted} }` });
    }
    const next: Step | undefined = stepInto(node, key.key);
    if (next === undefined && node.kind === 'map') {
      return insert(text, node, withKeys(keys.slice(place), value));
    }
    if (next === undefined) {
      return noSuchPlace(node, keys.slice(0, place), key);
    }
    ({ node, entry } = next);
  }
  return replace(text, { node, entry }, value);
}

interface Step {
  readonly node: YamlNode;
  readonly entry: YamlEntry | undefined;
}

/** The value of a key; of a list an item by its number, or the value of a key that one item alone has. */
function stepInto(node: YamlNode, key: string): Step | undefined {
  if (node.kind === 'list') {
    const numbered = /^\d{1,6}$/.test(key) ? node.items[Number(key)] : undefined;
    const named = node.items.flatMap((item) => entryOf(item, key) ?? []);
    const [only] = named;
    return numbered !== undefined
      ? { node: numbered, entry: undefined }
      : only !== undefined && named.length === 1
        ? { node: only.value, entry: only }
        : undefined;
  }
  if (node.kind === 'scalar') {
    return undefined;
  }
  const entry =
    entryOf(node, key) ?? node.entries.find((candidate) => normaliseName(candidate.key) === normaliseName(key));
  return entry && { node: entry.value, entry };
}

function noSuchPlace(node: YamlNode, before: readonly PathKey[], { key, span }: PathKey): Refusal {
  const where = before.map((one) => one.key).join('.');
  if (node.kind !== 'list') {
    return { message: `${where} is a single value, so it has no "${key}"`, hint: `Set ${where} itself.`, span };
  }
  const names = node.items.flatMap((item) => (item.kind === 'map' ? item.entries.map((entry) => entry.key) : []));
  const near = nearest(key, names);
  const isTwice = names.filter((name) => name === key).length > 1;
  return {
    message: isTwice ? `${where} has "${key}" more than once` : `${where} has no "${key}"`,
    hint:
      near !== undefined && !isTwice
        ? `Did you mean ${near}?`
        : `Number its items from 0, as ${where}.0; it has ${node.items.length}.`,
    span,
  };
}

/** The value below keys that the spec does not have yet. */
function withKeys(keys: readonly PathKey[], value: ValueText): ValueText {
  return {
    ...value,
    inserted: keys.reduceRight(
      (inner, { key }, place) => (place === 0 ? `${keyText(key)}: ${inner}` : `{ ${keyText(key)}: ${inner} }`),
      value.inserted,
    ),
  };
}

/** `key:` with nothing after it. */
function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null && node.source === '';
}

function replace(text: string, { node, entry }: Step, { inserted, argument }: ValueText): TextEdit | Refusal {
  if (!isNothing(node) || entry === undefined) {
    const old = text.slice(node.span.start, node.span.end);
    return { span: node.span, inserted: inserted + (/\r?\n$/.exec(old)?.[0] ?? ''), argument };
  }
  const colon = text.indexOf(':', entry.keySpan.end);
  if (colon === -1 || text.slice(entry.keySpan.end, colon).trim() !== '') {
    return { message: `${entry.key} has no value to set`, hint: 'Give it one in the spec.', span: argument.span };
  }
  return { span: { start: colon + 1, end: colon + 1 }, inserted: ` ${inserted}`, argument };
}

/** A new first entry: what follows keeps its place. */
function insert(text: string, map: YamlMap, { inserted, argument }: ValueText): TextEdit {
  const { start } = map.span;
  const [first] = map.entries;
  if (text.charAt(start) === '{') {
    return { span: { start: start + 1, end: start + 1 }, inserted: ` ${inserted}${first ? ',' : ' '}`, argument };
  }
  const at = first?.keySpan.start ?? start;
  const indent = Array.from(text.slice(text.lastIndexOf('\n', at - 1) + 1, at)).length;
  return { span: { start: at, end: at }, inserted: `${inserted}\n${' '.repeat(indent)}`, argument };
}
