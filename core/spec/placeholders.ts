/** `${name}` in a spec: values of `vars`, some of them from the environment, put into its text before it is read. */
import { type Diagnostic, nearest, type Span } from '../diagnostic.js';
import type { EditedText, TextEdit } from './edited-text.js';
import { flowText, quoted } from './flow-text.js';
import { parseYaml } from './parse-yaml.js';
import { diagnoseAt, type SpecProblem, SpecProblems } from './problem.js';
import { looksSecret, SECRET_HINT } from './secrets.js';
import { entriesOf, entryOf, textOf, type YamlNode, type YamlScalar } from './yaml-tree.js';

/** Values by name; those of names that are not set are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What became of a text. */
export interface Filled {
  readonly text: EditedText;
  readonly diagnostics: readonly Diagnostic[];
  /** Names of the environment's variables that were put in. */
  readonly used: readonly string[];
}

/** `${name}` or `${vars.name}`; `$${` is `${` as it is written. */
const PLACEHOLDER = /\$\$\{|\$\{\s*(?:vars\.)?([\p{L}_][\p{L}\p{M}\p{N}_-]*[⁻⁺]?)\s*\}/gu;
/** Needs no quotes inside a text that has none. */
const PLAIN = /^[\p{L}\p{M}\p{N}_./⁺⁻+·-]*$/u;
/** What YAML does not read as text. */
const NOT_TEXT = /^(?:[-+.]?\d.*|[-+]?\.(?:inf|nan)|~|null|true|false|)$/i;

/** Fills all placeholders in. A text that is not YAML stays as it is: reading it says why. */
export function fillPlaceholders(file: string, text: EditedText, environment: Environment): Filled {
  const nothing = { text, diagnostics: [], used: [] };
  const root = text.text.includes('${') ? parseYaml(text.text, new SpecProblems()) : undefined;
  if (root?.kind !== 'map') {
    return nothing;
  }
  const filler = new Filler(text.text, root, environment);
  const outside = root.entries.filter(({ key }) => key !== 'vars');
  outside.forEach(({ value }) => {
    filler.fill(value);
  });
  const diagnostics = filler.problems.map((problem) => diagnoseAt(file, text, problem));
  return diagnostics.length > 0
    ? { ...nothing, diagnostics }
    : { text: text.with(filler.edits), diagnostics, used: [...filler.used] };
}

/** A value, as a value of its own and inside a text. */
interface Value {
  readonly flow: string;
  /** Undefined of a list. */
  readonly text: string | undefined;
}

class Filler {
  readonly problems: SpecProblem[] = [];
  readonly edits: TextEdit[] = [];
  readonly used = new Set<string>();
  readonly #text: string;
  readonly #vars: ReadonlyMap<string, YamlNode>;
  readonly #environment: Environment;
  /** Places of scalars that were looked at: aliases lead to the same one again. */
  readonly #seen = new Set<number>();

  constructor(text: string, root: YamlNode, environment: Environment) {
    this.#text = text;
    this.#vars = new Map(entriesOf(entryOf(root, 'vars')?.value).map(({ key, value }) => [key, value]));
    this.#environment = environment;
  }

  fill(node: YamlNode): void {
    switch (node.kind) {
      case 'map':
        node.entries.forEach(({ value }) => {
          this.fill(value);
        });
        return;
      case 'list':
        node.items.forEach((item) => {
          this.fill(item);
        });
        return;
      case 'scalar':
        if (!this.#seen.has(node.span.start)) {
          this.#seen.add(node.span.start);
          this.#fillScalar(node);
        }
    }
  }

  #fillScalar(scalar: YamlScalar): void {
    const { start, end } = scalar.span;
    const raw = this.#text.slice(start, end);
    const found = [...raw.matchAll(PLACEHOLDER)].map((match) => {
      const span = { start: start + match.index, end: start + match.index + match[0].length };
      return { match: match[0], span, name: match[1] };
    });
    const [only] = found;
    if (only?.name !== undefined && String(scalar.value).trim() === only.match) {
      const value = this.#valueOf(only.name, only.span);
      if (value !== undefined) {
        this.edits.push({ span: scalar.span, inserted: value.flow + lineEnd(raw) });
      }
      return;
    }
    const parts = found.map(({ span, name }) => ({ span, text: name === undefined ? '${' : this.#textOf(name, span) }));
    if (parts.length > 0 && parts.every(({ text }) => text !== undefined)) {
      const texts = parts.map(({ span, text }) => ({ span, inserted: text ?? '' }));
      this.edits.push(...(inPlace(scalar, raw, texts) ?? [asWhole(scalar, raw, texts)]));
    }
  }

  #textOf(name: string, span: Span): string | undefined {
    const value = this.#valueOf(name, span);
    if (value !== undefined && value.text === undefined) {
      const message = `"${name}" is a list, which cannot be a part of a text`;
      this.#refuse(span, message, 'Use it as a whole value.');
    }
    return value?.text;
  }

  #valueOf(name: string, span: Span): Value | undefined {
    const node = this.#vars.get(name);
    if (node === undefined) {
      const near = nearest(name, this.#vars.keys());
      const declare = `Declare it: vars: { ${name}: … }, or { env: ${name} } for a variable of the environment.`;
      this.#refuse(span, `"${name}" is not declared in vars`, near === undefined ? declare : `Did you mean ${near}?`);
      return undefined;
    }
    const variable = textOf(entryOf(node, 'env')?.value);
    if (looksSecret(name) || (variable !== undefined && looksSecret(variable))) {
      this.#refuse(span, `"${variable ?? name}" looks like the name of a secret`, SECRET_HINT);
      return undefined;
    }
    return node.kind === 'map' ? this.#environmentValue(node, variable ?? '', span) : valueOfNode(node);
  }

  #environmentValue(node: YamlNode, variable: string, span: Span): Value | undefined {
    const value = Object.hasOwn(this.#environment, variable) ? this.#environment[variable] : undefined;
    const standard = entryOf(node, 'default')?.value;
    if (value === undefined) {
      if (standard === undefined) {
        const hint = `Set it before the command, as ${variable}=… ominus …, or give it a default: in vars.`;
        this.#refuse(span, `the environment has no ${variable}`, hint);
      }
      return standard && valueOfNode(standard);
    }
    if (looksSecret(value)) {
      this.#refuse(span, `the value of ${variable} looks like a secret`, SECRET_HINT);
      return undefined;
    }
    this.used.add(variable);
    // `8` is a number and `true` a truth value here as in the spec itself; whatever is more than one word is text
    return { flow: PLAIN.test(value) && NOT_TEXT.test(value) && value !== '' ? value : quoted(value), text: value };
  }

  #refuse(span: Span, message: string, hint: string): void {
    this.problems.push({ code: 'SPEC_PLACEHOLDER', message, hint, span });
  }
}

function valueOfNode(node: YamlNode): Value {
  const text = node.kind === 'scalar' ? (typeof node.value === 'string' ? node.value : node.source) : undefined;
  return { flow: flowText(node), text };
}

/** Changes of the placeholders alone, so that every other character keeps its place; undefined where quotes are needed. */
function inPlace(scalar: YamlScalar, raw: string, texts: readonly TextEdit[]): readonly TextEdit[] | undefined {
  switch (scalar.style) {
    case 'double':
      return texts.map((edit) => ({ ...edit, inserted: quoted(edit.inserted).slice(1, -1) }));
    case 'single':
      return texts.every(({ inserted }) => !/\p{Cc}/u.test(inserted))
        ? texts.map((edit) => ({ ...edit, inserted: edit.inserted.replaceAll("'", "''") }))
        : undefined;
    case 'plain':
    case 'block':
      return texts.every(({ inserted }) => PLAIN.test(inserted)) && !NOT_TEXT.test(filled(scalar.span, raw, texts))
        ? texts
        : undefined;
  }
}

function filled({ start }: Span, raw: string, texts: readonly TextEdit[]): string {
  let at = 0;
  let text = '';
  for (const { span, inserted } of texts) {
    text += raw.slice(at, span.start - start) + inserted;
    at = span.end - start;
  }
  return text + raw.slice(at);
}

/** The whole text in double quotes. */
function asWhole(scalar: YamlScalar, raw: string, texts: readonly TextEdit[]): TextEdit {
  const inserted = texts.map((edit) => edit.inserted)[Symbol.iterator]();
  const value = String(scalar.value).replaceAll(PLACEHOLDER, () => inserted.next().value ?? '');
  return { span: scalar.span, inserted: quoted(value) + lineEnd(raw) };
}

/** What a block of lines ends with. */
function lineEnd(raw: string): string {
  return /\r?\n$/.exec(raw)?.[0] ?? '';
}
