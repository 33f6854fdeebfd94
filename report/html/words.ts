/** Words with marks as HTML. */
import { write, type Mark, type Words, type Writer } from '../document/words.js';
import { element, html, trusted, type Html } from './html.js';

/** The element and the class of a mark; marks that are missing here need neither. */
const ELEMENTS: Readonly<Partial<Record<Mark, readonly [name: string, look?: string]>>> = {
  strong: ['b'],
  code: ['code'],
  digest: ['code', 'digest'],
  small: ['small'],
  sub: ['sub'],
  muted: ['span', 'muted'],
  name: ['span', 'name'],
  scores: ['span', 'scores'],
  empty: ['i', 'muted'],
  sign: ['span', 'sign'],
};

const WRITER: Writer<Html> = {
  form: 'page',
  text: (text) => html`${text}`,
  mark: ({ mark, title }, inner) => {
    if (mark === 'key') {
      // a long `label.metric` may break behind its point
      return element('code', {}, trusted(inner.markup.replaceAll('.', '.<wbr />')));
    }
    const found = ELEMENTS[mark];
    return found === undefined ? inner : element(found[0], { class: found[1], title }, inner);
  },
  lineBreak: html`<br />`,
  join: (parts) => html`${parts}`,
};

/** Words of a page. */
export function wordsHtml(words: Words): Html {
  return write(words, WRITER);
}
