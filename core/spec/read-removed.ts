/** `remove`: the anti-experts of an order study. */
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { entryOf, itemsOf, textOf, type YamlNode } from './yaml-tree.js';

/** Anti-experts as far as they could be read. */
export interface Removed {
  readonly names: readonly string[];
  /** Whether all could be read: if not, what is compared with them would be reported for the wrong reason. */
  readonly isWhole: boolean;
}

/** Names in the order of the text; one that is the expert, or there twice, is reported. */
export function readRemoved(
  root: YamlNode,
  expert: string | undefined,
  names: Namespace,
  problems: SpecProblems,
): Removed {
  const items = itemsOf(entryOf(root, 'remove')?.value);
  const removed = new Set<string>();
  for (const item of items) {
    const written = textOf(item);
    const name = written === undefined ? undefined : names.resolve(written, item.span, ['adapter']);
    if (name === undefined) {
      continue;
    }
    if (name === expert) {
      const message = `"${name}" is the expert itself`;
      problems.add({ code: 'SPEC_VALUE', message, hint: 'List anti-experts only.', span: item.span });
    } else if (removed.has(name)) {
      const message = `"${name}" is listed twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'List it once.', span: item.span });
    }
    removed.add(name);
  }
  return { names: [...removed], isWhole: removed.size === items.length && removed.size >= 2 };
}
