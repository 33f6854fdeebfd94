/** Text → located YAML tree. Aliases are followed within a budget; merge keys, tags and further documents are refused. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { Span } from '../diagnostic.js';
import type { SpecProblems } from './problem.js';
import { MAX_ENTRIES } from './schema/common.js';
import { findExcess, MAX_DEPTH, MAX_TOKENS } from './yaml-bounds.js';
import { describeSyntax, openQuote, unquotedPlaceholder } from './yaml-syntax.js';
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-tree.js';

/** Nodes that aliases may bring in; an alias bomb doubles with every line. */
const MAX_ALIASED_NODES = 20_000;
/** One slip can make the parser stumble for the rest of the file. */
const MAX_YAML_ERRORS = 10;
const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`),
);
/** Control characters but tab, line feed, carriage return and next line; and halves of surrogate pairs. */
const FORBIDDEN_CHARACTER = /[^\P{Cc}\t\n\r\u0085]|\p{Cs}/u;
const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

/** Parses one document; undefined when it is empty or its problems leave no tree. Never throws. */
export function parseYaml(text: string, problems: SpecProblems): YamlNode | undefined {
  const forbidden = FORBIDDEN_CHARACTER.exec(text);
  if (forbidden !== null) {
    const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    problems.add({
      code: 'YAML_CHARACTER',
      message: `U+${code} is not allowed in a spec`,
      hint: 'Save the file as UTF-8 text.',
      span: { start: forbidden.index, end: forbidden.index + 1 },
    });
    return undefined;
  }
  const excess = findExcess(text);
  if (excess?.limit === 'depth') {
    reportNesting(problems, excess.span);
    return undefined;
  }
  if (excess !== undefined) {
    const message = `a spec has at most ${MAX_TOKENS} words and signs`;
    problems.add({ code: 'SPEC_SIZE', message, hint: 'Split it into several specs.', span: excess.span });
    return undefined;
  }
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter,
    });
    if (reportErrors(document, text, problems)) {
      return undefined;
    }
    return document.contents === null ? undefined : new TreeBuilder(lineCounter, problems).build(document.contents);
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    // The library recurses; deeper than the stack is deeper than any spec.
    reportNesting(problems, { start: 0, end: 1 });
    return undefined;
  }
}

function reportNesting(problems: SpecProblems, span: Span): void {
  const message = `lists and maps are nested more than ${MAX_DEPTH} deep`;
  problems.add({ code: 'YAML_NESTING', message, hint: 'Use fewer brackets and levels.', span });
}

/** Reports what the library found; true when there is no tree to go on with. */
function reportErrors(document: Document, text: string, problems: SpecProblems): boolean {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) {
    reportNesting(problems, { start: exhausted.pos[0], end: exhausted.pos[1] });
    return true;
  }
  const unquoted = document.errors.find(
    ({ pos }) => text.startsWith('${', pos[0] - 1) || text.startsWith('${', pos[0]),
  );
  if (unquoted !== undefined) {
    problems.add({ code: 'YAML_SYNTAX', ...unquotedPlaceholder(text, unquoted.pos[0]) });
    return true;
  }
  const places = new Set<number>();
  for (const error of document.errors) {
    const { code, pos } = error;
    if (code === 'TAG_RESOLVE_FAILED' || places.has(pos[0]) || places.size >= MAX_YAML_ERRORS) {
      continue;
    }
    places.add(pos[0]);
    const span = openQuote(error, text) ?? { start: pos[0], end: pos[1] };
    if (code === 'MULTIPLE_DOCS') {
      const hint = 'Keep one spec per file.';
      problems.add({ code: 'YAML_DOCUMENTS', message: 'a file must hold one document', hint, span });
    } else {
      problems.add({ code: 'YAML_SYNTAX', ...describeSyntax(error, text), span });
    }
  }
  const directive = /^%(?!YAML 1\.2\s*$).*/m.exec(text);
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2' && directive !== null) {
    const span = { start: directive.index, end: directive.index + directive[0].length };
    problems.add({ code: 'YAML_UNSUPPORTED', message: 'a spec is YAML 1.2', hint: 'Remove the directive.', span });
  }
  return places.size > 0;
}

class TreeBuilder {
  readonly #lines: LineCounter;
  readonly #problems: SpecProblems;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliasDepth = 0;
  #aliasedNodes = 0;
  #hasStopped = false;

  constructor(lines: LineCounter, problems: SpecProblems) {
    this.#lines = lines;
    this.#problems = problems;
  }

  build(node: Node): YamlNode {
    const span = spanOf(node);
    const nothing: YamlNode = { kind: 'scalar', value: null, source: '', style: 'plain', span };
    if (isAlias(node)) {
      return this.#follow(node.source, span) ?? nothing;
    }
    if (node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) {
      const hint = 'Write the value without a tag.';
      this.#problems.add({ code: 'YAML_UNSUPPORTED', message: `the tag ${node.tag} is not supported`, hint, span });
    }
    if (this.#open.size >= MAX_DEPTH) {
      this.#stop(() => {
        reportNesting(this.#problems, span);
      });
    }
    if (this.#aliasDepth > 0 && ++this.#aliasedNodes > MAX_ALIASED_NODES) {
      this.#stop(() => {
        const message = `aliases expand to more than ${MAX_ALIASED_NODES} values`;
        this.#problems.add({ code: 'YAML_ALIAS', message, hint: 'Write the values out.', span });
      });
    }
    if (this.#hasStopped) {
      return nothing;
    }
    return this.#buildOpen(node, span);
  }

  #buildOpen(node: Node, span: Span): YamlNode {
    if (isScalar(node)) {
      const value = scalarValue(node.value, node.source ?? '');
      const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
      return { kind: 'scalar', value, source: node.source ?? String(value), style, span };
    }
    this.#open.add(node);
    try {
      if (isSeq(node)) {
        return { kind: 'list', items: node.items.map((item) => this.build(item as Node)), span };
      }
      return {
        kind: 'map',
        entries: isMap(node) ? this.#entries(node.items as Pair<Node | null, Node | null>[]) : [],
        span,
      };
    } finally {
      this.#open.delete(node);
    }
  }

  #entries(pairs: readonly Pair<Node | null, Node | null>[]): YamlEntry[] {
    const entries = new Map<string, YamlEntry>();
    for (const pair of pairs) {
      if (entries.size > MAX_ENTRIES) {
        // One too many is enough: the schema refuses the map, and nothing looks at the rest.
        break;
      }
      const keyNode = pair.key;
      const keySpan = keyNode === null ? { start: 0, end: 1 } : spanOf(keyNode);
      const key = isScalar(keyNode) ? keyNode.value : undefined;
      const built = pair.value === null ? undefined : this.build(pair.value);
      if (typeof key !== 'string') {
        const hint = 'Write the key as text, in quotes if it is a number.';
        this.#problems.add({ code: 'YAML_KEY', message: 'a key must be text', hint, span: keySpan });
        continue;
      }
      if (key === '<<') {
        const hint = 'Write the keys out.';
        this.#problems.add({ code: 'YAML_UNSUPPORTED', message: 'merge keys are not supported', hint, span: keySpan });
        continue;
      }
      const first = entries.get(key);
      if (first !== undefined) {
        const hint = `The first one is on line ${this.#lines.linePos(first.keySpan.start).line}; remove one of them.`;
        const message = `the key "${key.slice(0, 60)}" occurs twice`;
        this.#problems.add({ code: 'YAML_DUPLICATE_KEY', message, hint, span: keySpan });
        continue;
      }
      entries.set(key, { key, keySpan, value: placed(built, keySpan) });
    }
    return [...entries.values()];
  }

  #follow(anchor: string, span: Span): YamlNode | undefined {
    const target = this.#anchors.get(anchor);
    if (target === undefined || this.#open.has(target)) {
      const [message, hint] =
        target === undefined
          ? [
              `no anchor &${anchor} precedes this alias`,
              `Write &${anchor} before the value it refers to, or write the value here.`,
            ]
          : [`*${anchor} is inside itself`, 'Write the value out.'];
      this.#problems.add({ code: 'YAML_ALIAS', message, hint, span });
      return undefined;
    }
    this.#aliasDepth++;
    try {
      return this.build(target);
    } finally {
      this.#aliasDepth--;
    }
  }

  /** Reports once; the rest of the text is left out. */
  #stop(report: () => void): void {
    if (!this.#hasStopped) {
      this.#hasStopped = true;
      report();
    }
  }
}

function spanOf(node: Node): Span {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}

/** A value that is not there is shown at its key. */
function placed(value: YamlNode | undefined, keySpan: Span): YamlNode {
  if (value === undefined) {
    return { kind: 'scalar', value: null, source: '', style: 'plain', span: keySpan };
  }
  return value.kind === 'scalar' && value.span.start === value.span.end ? { ...value, span: keySpan } : value;
}

/** Values that only a refused tag can make are their text. */
function scalarValue(value: unknown, source: string): YamlScalar['value'] {
  const isPlain =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return isPlain ? value : source;
}
