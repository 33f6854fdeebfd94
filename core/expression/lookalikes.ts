/** Characters that have no meaning in an expression, and what they are most likely to mean. */
import type { Span } from '../diagnostic.js';
import type { Token } from './token.js';

/** What a character that has no meaning is most likely to mean; it is read as that after it was reported. */
export const LOOKALIKES: Readonly<Record<string, '⊖' | '⊕' | '·' | '|' | '[' | ']'>> = {
  '–': '⊖',
  '—': '⊖',
  '‐': '⊖',
  '‑': '⊖',
  '－': '⊖',
  '⊝': '⊖',
  '∖': '⊖',
  '\\': '⊖',
  '＋': '⊕',
  '×': '·',
  '⋅': '·',
  '∙': '·',
  '•': '·',
  ',': '|',
  '{': '[',
  '}': ']',
};

/** What to write instead of some of them, where there is more to say than which sign is meant. */
export const ADVICE: Readonly<Record<string, string>> = {
  '/': 'Write the quotient as a decimal coefficient: 0.5·x.',
  ',': 'Write Ext(x | y) to extract x with respect to y.',
};

/** What a character looks like in a message: itself, or its code point when it cannot be seen. */
export function shown(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}"` : `U+${code}`;
}

/** The token that a lookalike is read as. */
export function lookalike(meant: (typeof LOOKALIKES)[string], span: Span): Token {
  switch (meant) {
    case '⊖':
    case '⊕':
      return { kind: 'operator', operator: meant, span };
    case '·':
      return { kind: 'times', span };
    case '[':
      return { kind: meant, hasArguments: false, span };
    case '|':
    case ']':
      return { kind: meant, span };
  }
}
