/** YAML as a small located tree: maps, lists and scalars. */
import type { Span } from '../diagnostic.js';

/** A value with its place. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

/** Entries in the order of the text; every key occurs once. */
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

/** One key and its value. */
export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

/** Items in the order of the text. */
export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

/** A leaf. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written (without quotes), so that a decimal can be read exactly. */
  readonly source: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  readonly span: Span;
}

/** A value of a map, if the node is a map and has the key. */
export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The entries of a map; none when the node is something else. */
export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

/** The items of a list; none when the node is something else. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The text of a text scalar; undefined when the node is something else. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The number of a number scalar; undefined when the node is something else. */
export function numberOf(node: YamlNode | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

/** The same as plain objects, which have no prototype: a key such as `__proto__` is a key like any other. */
export function toPlain(node: YamlNode): unknown {
  if (node.kind === 'scalar') {
    return node.value;
  }
  if (node.kind === 'list') {
    return node.items.map(toPlain);
  }
  const plain = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of node.entries) {
    plain[key] = toPlain(value);
  }
  return plain;
}
