/** Tables and texts in Markdown. */
import { visibleLine } from '../words/visible-text.js';

/**
 * A table in GitHub's flavour.
 *
 * @param words - number of columns, from the left, that hold words rather than numbers
 */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  words: number,
): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [line(headings), line(headings.map((_, place) => (place < words ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** One line in which no character means anything to Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return visibleLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]#|~!>]/g, '\\$&');
}
