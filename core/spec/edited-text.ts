/** A text that was edited before it is read, and still knows where each piece of it came from. */
import { locate, type Location, type Span } from '../diagnostic.js';

/** One change of a text. */
export interface TextEdit {
  /** What it takes the place of. */
  readonly span: Span;
  readonly inserted: string;
  /** Where the inserted text was written, if not where it is inserted: an argument of the command line. */
  readonly argument?: Argument;
}

/** A part of an argument of the command line. */
export interface Argument {
  /** For messages: `--set`. */
  readonly option: string;
  readonly text: string;
  readonly span: Span;
}

/** Where an argument is written. */
export function locateArgument({ option, text, span }: Argument): Location {
  return locate(option, text, span);
}

/** A text, and the edits that made it of another. */
export class EditedText {
  readonly text: string;
  readonly #from: EditedText | undefined;
  /** In the order of the text, none over another. */
  readonly #edits: readonly TextEdit[];

  private constructor(text: string, from: EditedText | undefined, edits: readonly TextEdit[]) {
    this.text = text;
    this.#from = from;
    this.#edits = edits;
  }

  /** A text as it was written. */
  static of(text: string): EditedText {
    return new EditedText(text, undefined, []);
  }

  /** The text with changes, none of which overlap. */
  with(edits: readonly TextEdit[]): EditedText {
    if (edits.length === 0) {
      return this;
    }
    const sorted = edits.toSorted((a, b) => a.span.start - b.span.start);
    let text = '';
    let at = 0;
    for (const { span, inserted } of sorted) {
      text += this.text.slice(at, span.start) + inserted;
      at = span.end;
    }
    return new EditedText(text + this.text.slice(at), this, sorted);
  }

  /** Where a part of the text was written: in the file, or on the command line. */
  locate(file: string, span: Span): Location {
    if (this.#from === undefined) {
      return locate(file, this.text, span);
    }
    let shift = 0;
    for (const { span: replaced, inserted, argument } of this.#edits) {
      const start = replaced.start + shift;
      const end = start + inserted.length;
      if (span.start < start) {
        break;
      }
      if (span.start < end) {
        return argument === undefined
          ? this.#from.locate(file, replaced)
          : locateArgument({
              ...argument,
              span: within(argument, inserted, { start: span.start - start, end: span.end - start }),
            });
      }
      shift += inserted.length - (replaced.end - replaced.start);
    }
    return this.#from.locate(file, { start: span.start - shift, end: span.end - shift });
  }
}

/** A part of what an argument says, by its place in what was inserted; all of it for the keys and brackets around it. */
function within({ text, span }: Argument, inserted: string, { start, end }: Span): Span {
  const value = text.slice(span.start, span.end).trim();
  const from = inserted.lastIndexOf(value);
  const at = text.indexOf(value, span.start) + start - from;
  return from === -1 || start < from || at >= span.end
    ? span
    : { start: at, end: Math.min(span.end, at + end - start) };
}
