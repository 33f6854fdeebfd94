/** Problems of a text are data: collected all at once, located, with a hint. */

/** Where in a file; lines and columns are 1-based, columns in UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text, at least 1. */
  readonly length: number;
  /** The whole source line. */
  readonly lineText: string;
}

/** One problem. */
export interface Diagnostic {
  /** Stable code, e.g. `SPEC_UNKNOWN_KEY`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, with the offending value. One line. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  readonly location: Location;
}

/** A half-open range of UTF-16 offsets in a source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The location of a range of a text. */
export function locate(file: string, text: string, span: Span): Location {
  const start = Math.max(0, Math.min(span.start, text.length));
  const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < lineStart; i = text.indexOf('\n', i + 1)) {
    line++;
  }
  return {
    file,
    line,
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(span.end, lineEnd) - start),
    lineText: text.slice(lineStart, lineEnd).replace(/\r$/, ''),
  };
}

/** Longest part of a source line that is shown; longer lines are cut around the marked text. */
const SHOWN_COLUMNS = 160;

/**
 * Compiler form: `file:line:column error CODE message`, the source line, a caret, the hint.
 *
 * @param width - display width of a text in terminal cells (wide and combining characters)
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  width: (text: string) => number = (text) => text.length,
): string {
  const { file, line, column, length, lineText } = diagnostic.location;
  const from = column - 1 > SHOWN_COLUMNS - 40 ? column - 1 - 40 : 0;
  const shown = visible(lineText.slice(from, from + SHOWN_COLUMNS));
  const before = shown.slice(0, column - 1 - from);
  const marked = shown.slice(column - 1 - from, column - 1 - from + length);
  const caret = ' '.repeat(width(before)) + '^' + '~'.repeat(Math.max(0, width(marked) - 1));
  const gutter = `${String(line)} | `;
  const lines = [
    `${file}:${String(line)}:${String(column)} ${diagnostic.severity} ${diagnostic.code} ${visible(diagnostic.message)}`,
    `${gutter}${shown}`,
    `${' '.repeat(gutter.length - 2)}| ${caret}`,
  ];
  if (diagnostic.hint !== undefined) {
    lines.push(`${' '.repeat(gutter.length - 2)}= ${visible(diagnostic.hint)}`);
  }
  return lines.join('\n');
}

/** Text from a file as it may go to a terminal: tabs as blanks, other control characters and bidirectional marks as `�`. */
function visible(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '�');
}

/** A misspelt word is not longer; a file of one long line should not cost a second to refuse. */
const LONGEST_WORD = 100;

/** The candidate nearest to a misspelt word (edit distance at most a third of its length, at least 1 but not the whole word), if any. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) {
    return undefined;
  }
  let best: string | undefined;
  let bestDistance = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) {
      continue;
    }
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance with transpositions of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let previous2: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (previous2[j - 2] ?? 0) + 1);
      }
      row.push(value);
    }
    previous2 = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
