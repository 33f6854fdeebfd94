/** Names of adapters, steps and variables, as keys of a spec and inside expressions. */
import { GRAMMAR } from './grammar.js';

/** A letter, then letters, digits, `_ . -`, then at most one of `⁺ ⁻ + -`; combining marks belong to their letter. */
export const NAME_PATTERN = String.raw`\p{L}[\p{L}\p{M}\p{Nd}_.\-]*[⁺⁻+\-]?`;

/** Longest name, in UTF-16 units. */
export const MAX_NAME_LENGTH = 100;

const WHOLE_NAME = new RegExp(`^${NAME_PATTERN}$`, 'u');

/** Names with a meaning of their own: the extraction, and the zero adapter (the base model itself). */
export const RESERVED_NAMES: readonly string[] = [
  ...[...GRAMMAR.rows.values()].filter(({ isReserved }) => isReserved).map(({ word }) => word),
  'base',
];

/** The one spelling of a name: NFC, and a final `-` or `+` as `⁻` or `⁺`. Idempotent. */
export function normaliseName(name: string): string {
  const composed = name.normalize('NFC');
  if (composed.endsWith('-')) {
    return `${composed.slice(0, -1)}⁻`;
  }
  return composed.endsWith('+') ? `${composed.slice(0, -1)}⁺` : composed;
}

/** Whether a text is one whole name (reserved or not). */
export function isName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && WHOLE_NAME.test(text);
}
