/** Pieces of foreign files inside messages: short, on one line, and without characters that a terminal acts on. */

/** Characters kept of a quoted piece. */
const MOST_CHARACTERS = 120;
/** Entries kept of a list of numbers. */
const MOST_ENTRIES = 8;
/** Control characters, separators of lines, and what turns the direction of writing. */
const ACTIVE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Text with every active character written as an escape, line ends among them. */
export function escaped(text: string): string {
  return text.replace(ACTIVE, escapeOf);
}

/** The same, with line ends and tabs left as they are: for texts of several lines. */
export function escapedLines(text: string): string {
  return text.replace(ACTIVE, (character) => (/[\n\t]/.test(character) ? character : escapeOf(character)));
}

/** A piece of a foreign file for a message of one line: escaped, and cut where it is long. */
export function quoted(text: string, most = MOST_CHARACTERS): string {
  const clean = escaped(text.length > most ? `${text.slice(0, most - 1)}…` : text);
  return clean.length > 2 * most ? `${clean.slice(0, 2 * most - 1)}…` : clean;
}

/** A shape for a message: its first dimensions, and how many there are where they are many. */
export function shapeText(shape: readonly number[], separator = ', '): string {
  const shown = shape.slice(0, MOST_ENTRIES).join(separator);
  return shape.length > MOST_ENTRIES ? `${shown}${separator}… (${String(shape.length)} dimensions)` : shown;
}

function escapeOf(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
