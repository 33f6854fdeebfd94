/** Text with marks, before a form of the report writes it: what is strong, code, small; a verdict; what one form alone says. */
import { VERDICTS, type Verdict } from '../reading/scoreboard.js';

/** The forms in which people read a report. */
export const FORMS = ['page', 'markdown', 'terminal'] as const;

/** One of them. */
export type Form = (typeof FORMS)[number];

/** Text of which parts are marked; plain strings are data and are escaped by every form. */
export type Words = string | Span | readonly Words[];

/** Marks that a form may show or leave out. */
export type Mark =
  | 'strong'
  | 'code'
  | 'key'
  | 'digest'
  | 'small'
  | 'sub'
  | 'muted'
  | 'name'
  | 'scores'
  | 'empty'
  | 'good'
  | 'bad'
  | 'sign';

/** A marked part. */
export type Span =
  | {
      readonly mark: Mark;
      readonly words: Words;
      /** More about it, where a pointer can ask. */
      readonly title?: string;
      /** Whose colour it has. */
      readonly verdict?: Verdict;
    }
  | { readonly mark: 'break' }
  | { readonly mark: 'only'; readonly forms: readonly Form[]; readonly words: Words };

/** Marks words. */
export function marked(mark: Mark, words: Words): Span {
  return { mark, words };
}

/** Words that only some forms have. */
export function only(forms: Form | readonly Form[], words: Words): Span {
  return { mark: 'only', forms: typeof forms === 'string' ? [forms] : forms, words };
}

/** A new line within a cell. */
export const BREAK: Span = { mark: 'break' };

/** The sign of a verdict. */
export function signOf(verdict: Verdict): Span {
  return { mark: 'sign', verdict, words: VERDICTS[verdict].sign };
}

/** The sign of a verdict with its words; on a terminal, where room is scarce, the sign alone. */
export function verdictOf(verdict: Verdict): Words {
  return [signOf(verdict), only(['page', 'markdown'], [' ', VERDICTS[verdict].words])];
}

/** Whether a bound is kept. */
export function metWords(isMet: boolean): Span {
  return isMet ? marked('good', '✔ met') : marked('bad', '✖ not met');
}

/** How a form writes the text and the marks of words. */
export interface Writer<T> {
  readonly form: Form;
  readonly text: (text: string) => T;
  readonly mark: (span: Extract<Span, { readonly words: Words; readonly mark: Mark }>, inner: T) => T;
  readonly lineBreak: T;
  readonly join: (parts: readonly T[]) => T;
}

/** Writes words in one form. */
export function write<T>(words: Words, writer: Writer<T>): T {
  if (typeof words === 'string') {
    return writer.text(words);
  }
  if (isList(words)) {
    return writer.join(words.map((part) => write(part, writer)));
  }
  switch (words.mark) {
    case 'break':
      return writer.lineBreak;
    case 'only':
      return words.forms.includes(writer.form) ? write(words.words, writer) : writer.join([]);
    default:
      return writer.mark(words, write(words.words, writer));
  }
}

function isList(words: Words): words is readonly Words[] {
  return Array.isArray(words);
}
