/** A value as YAML on one line, which may be put wherever a value may be. */
import type { YamlNode } from './yaml-tree.js';

/** Text in double quotes, numbers as they were written. */
export function flowText(node: YamlNode): string {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? quoted(node.value) : node.value === null ? 'null' : node.source;
    case 'list':
      return `[${node.items.map(flowText).join(', ')}]`;
    case 'map':
      return `{ ${node.entries.map(({ key, value }) => `${keyText(key)}: ${flowText(value)}`).join(', ')} }`;
  }
}

/** A key as it may stand in any map. */
export function keyText(key: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*[⁻⁺]?$/u.test(key) && !/^(?:null|true|false)$/i.test(key) ? key : quoted(key);
}

/** JSON's strings are YAML's, but for characters that a spec may not have. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
