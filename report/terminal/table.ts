/** Aligned tables for terminals; widths in cells, so that wide characters and colours do not break the columns. */
import { cells, pad } from '../words/text-width.js';

/** A column: its heading and on which side its cells end. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Neighbours of one group stay in one table where a table has room for all of them. */
  readonly group?: string;
}

/** Blanks between two columns. */
const GAP = '  ';

/** Lines of a table: heading, rule, rows. Cells may hold colours; they must not hold line breaks. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map(({ title }, place) =>
    Math.max(cells(title), ...rows.map((row) => cells(row[place] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, place) => pad(row[place] ?? '', widths[place] ?? 0, align))
      .join(GAP)
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((width) => '─'.repeat(width)).join(GAP),
    ...rows.map(line),
  ];
}

/**
 * As {@link renderTable}, but columns that do not fit into `width` follow in further tables, each with the first column again.
 */
export function renderFoldedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const size = (place: number): number =>
    Math.max(cells(columns[place]?.title ?? ''), ...rows.map((row) => cells(row[place] ?? '')));
  const needed = (place: number): number => GAP.length + size(place);
  /** What a group needs that begins here; of a column without one, or within one, the column alone. */
  const neededTogether = (first: number): number => {
    const group = columns[first]?.group;
    let end = first + 1;
    if (group !== undefined && columns[first - 1]?.group !== group) {
      while (columns[end]?.group === group) {
        end++;
      }
    }
    return Array.from({ length: end - first }, (_, place) => needed(first + place)).reduce((a, b) => a + b, 0);
  };
  const tables: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (let place = 1; place < columns.length; place++) {
    const together = neededTogether(place);
    const room = size(0) + together <= width ? together : needed(place);
    if (used + room > width) {
      tables.push([]);
      used = size(0);
    }
    tables.at(-1)?.push(place);
    used += needed(place);
  }
  return tables.flatMap((places, group) => {
    const all = [0, ...places];
    const table = renderTable(
      all.flatMap((place) => columns[place] ?? []),
      rows.map((row) => all.map((place) => row[place] ?? '')),
    );
    return group === 0 ? table : ['', ...table];
  });
}

/** Breaks a paragraph into lines of at most `width` cells at blanks; longer words stand alone. */
export function wrapText(text: string, width: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && cells(indent) + cells(joined) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = joined;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}

/** A table of texts, all columns to the left, as one string without a final line break. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return renderTable(
    titles.map((title) => ({ title, align: 'left' })),
    rows,
  ).join('\n');
}
