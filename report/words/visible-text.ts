/** Text of models, data and users may hold characters that hide or reorder its neighbours; here they become visible. */

/** Joiners that emoji and several scripts need, and the breaks that layout keeps. */
const KEPT = new Set(['\n', '\t', '\u200c', '\u200d']);

/** Control, format and surrogate code points, line and paragraph separators. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * Writes every invisible character as its code point, e.g. `⟨U+202E⟩`: terminal escapes, bidirectional controls, zero-width
 * blanks, lone surrogates. Line breaks are `\n` afterwards; `\n` and `\t` stay.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN, (character) => {
    if (KEPT.has(character)) {
      return character;
    }
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

/** As {@link visibleText}, on one line: every run of blanks and breaks becomes one blank. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/gu, ' ').trim();
}

/** As {@link visibleLine} for a part of a line: one blank stays at an end that has any. */
export function visiblePart(text: string): string {
  return visibleText(text).replace(/\s+/gu, ' ');
}
