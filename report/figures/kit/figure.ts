/** A figure: a drawing, for the page and as a file of its own, and the numbers that it shows. */
import { html, trusted, type Html } from '../../html/html.js';
import { LIGHT, withColors } from '../../html/palette.js';
import { cells, clip } from '../../words/text-width.js';
import { visibleLine } from '../../words/visible-text.js';
import { FIGURE_STYLE } from './figure-style.js';

/** What is drawn, in user units (CSS pixels at full size). */
export interface Drawing {
  /** Class beside `figure`. */
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  /** What a reader who does not see it is told. */
  readonly label: string;
  readonly body: Html;
}

/** A figure of a report. */
export interface Figure {
  /** Unique within a report; lower-case ASCII letters, digits and hyphens, so that it can name a file. */
  readonly id: string;
  readonly title: string;
  /** How to read this one: what is drawn, what was left out. */
  readonly caption: string;
  /** How to read all figures of its kind: over which examples, what the lines are. May be empty. */
  readonly note: string;
  readonly drawing: Drawing;
  /** The numbers that are drawn, in full precision. */
  readonly csv: string;
}

/** The drawing as part of a page, which has the style. */
export function inlineSvg({ kind, width, height, label, body }: Drawing): Html {
  return html`<svg
    class="figure ${kind}"
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${label}"
  >
    ${body}
  </svg>`;
}

/** Blank space around a figure that stands alone. */
const MARGIN = 12;
/** Rows of its title, and how many character cells are in one. */
const [TITLE_ROW, TITLE_CELL] = [18, 7.4];
/** Cells of a title that are shown. */
const MOST_TITLE = 150;

/** The figure as a file of its own: title, description, dark ink on white, so that it can go into a paper as it is. */
export function standaloneSvg({ title, caption, note, drawing }: Figure): string {
  const { kind, width, height, label, body } = drawing;
  const rows = wrapped(clip(visibleLine(title), MOST_TITLE), Math.floor(width / TITLE_CELL));
  const top = MARGIN + TITLE_ROW * rows.length;
  const [outerWidth, outerHeight] = [width + 2 * MARGIN, height + top + MARGIN];
  return html`<svg
    class="figure ${kind}"
    xmlns="http://www.w3.org/2000/svg"
    viewBox="${-MARGIN} ${-top} ${outerWidth} ${outerHeight}"
    width="${outerWidth}"
    height="${outerHeight}"
    role="img"
  >
    <title>${title}</title>
    <desc>${[caption, note, label].filter((text) => text !== '').join(' ')}</desc>
    <style>
      ${trusted(STANDALONE_STYLE)}
    </style>
    <rect class="paper" x="${-MARGIN}" y="${-top}" width="${outerWidth}" height="${outerHeight}" />
    ${rows.map((row, place) => html`<text class="name" x="0" y="${TITLE_ROW * (place - rows.length) + 8}">${row}</text>`)}
    ${body}
  </svg> `.markup;
}

/** Lines of whole words, none longer than `most` cells unless one word is. */
function wrapped(text: string, most: number): readonly string[] {
  return text.split(' ').reduce<readonly string[]>((lines, word) => {
    const longer = [...lines.slice(-1), word].join(' ');
    return cells(longer) <= most ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}

/** The rules of a figure in a file of its own, in plain colours. */
export const STANDALONE_STYLE =
  `svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}` +
  withColors(FIGURE_STYLE, { ...LIGHT, paper: '#ffffff' });

/** Coordinates with two decimals: enough for any screen, and short. */
export function px(value: number): string {
  return String(Math.round(100 * value) / 100);
}

/** A part of a figure's id: `toxicity.mean` → `toxicity-mean`; what is not ASCII goes. */
export function idPart(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}

/** The figures with a number behind every id that occurred before. */
export function withUniqueIds<F extends Figure>(figures: readonly F[]): readonly F[] {
  const taken = new Set<string>();
  return figures.map((figure) => {
    let id = figure.id;
    for (let number = 2; taken.has(id); number++) {
      id = `${figure.id}-${number}`;
    }
    taken.add(id);
    return { ...figure, id };
  });
}
