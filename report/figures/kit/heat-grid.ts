/** A grid of shaded cells as SVG: layers by operator, orders by orders, λ by λ. */
import { html, type Html } from '../../html/html.js';
import { cells, clip } from '../../words/text-width.js';
import { visibleLine } from '../../words/visible-text.js';
import { extent } from './axes.js';
import { px, type Drawing } from './figure.js';
import { WIDTH } from './plot.js';
import { group, label, path, svg, type Place } from './svg.js';

/** What a grid is drawn from. */
export interface HeatGrid {
  readonly kind: string;
  readonly label: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then by column; null: no value. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly format: (value: number) => string;
  /** Names of the two directions. */
  readonly rowName: string;
  readonly columnName: string;
  /** Cells with a frame, and cells with a stroke through them. */
  readonly framed?: (row: number, column: number) => boolean;
  readonly crossed?: (row: number, column: number) => boolean;
}

/** Width of one character cell at 11 px; labels are cut rather than let run over. */
const CELL = 6.4;
const ROW_LABEL = 28;
const COLUMN_LABEL = 20;
/** Numbers stand in the cells of grids with at most so many columns; larger grids are shaded only. */
const NUMBERED_COLUMNS = 12;
/** Names stand beside grids with at most so many rows. */
const NAMED_ROWS = 90;
/** Shades between the smallest and the largest value: one path each, so that large grids stay small files. */
const SHADES = 16;
/** Width of one of them in the scale. */
const STEP = 7;

/** Draws the grid; cells are shaded from its smallest to its largest value. */
export function drawHeatGrid(grid: HeatGrid): Drawing {
  const { rows, columns } = grid;
  const isNamed = rows.length <= NAMED_ROWS;
  const rowLabels = rows.map((row) => clip(visibleLine(row), ROW_LABEL));
  const columnLabels = columns.map((column) => clip(visibleLine(column), COLUMN_LABEL));
  const left = isNamed ? 10 + CELL * Math.max(4, ...rowLabels.map(cells)) : 24;
  const widest = CELL * Math.max(1, ...columnLabels.map(cells));
  // a turned label of the last column runs over the right edge of the grid
  const size = Math.min(64, (WIDTH - left - Math.max(8, 0.6 * widest)) / columns.length);
  const height = isNamed ? Math.max(18, Math.min(24, size)) : Math.max(2, Math.min(size, 700 / rows.length));
  const isTurned = widest > size - 4;
  const named = columns.length <= 40;
  const top = 22 + (named ? (isTurned ? 0.64 * widest + 10 : 16) : 4);
  const right = left + size * columns.length;
  const bottom = top + height * rows.length;
  const box = { left, top, size, height };
  const scale = scaleOf(grid, [left, bottom + 14]);
  return {
    kind: 'heat-grid',
    width: WIDTH,
    height: Math.ceil(bottom + (scale === undefined ? 8 : 34)),
    label: grid.label,
    body: html`${group(
      'axis',
      label(grid.columnName, [right, 12], { anchor: 'end' }),
      label(grid.rowName, [0, 12]),
      named &&
        columnLabels.map((text, place) =>
          columnLabel(text, columns[place] ?? '', [left + size * (place + 0.5), top - 5], isTurned),
        ),
      isNamed &&
        rowLabels.map((text, place) =>
          label(text, [left - 6, top + height * (place + 0.5) + 4], {
            anchor: 'end',
            title: visibleLine(rows[place] ?? ''),
          }),
        ),
    )}
    ${shadedCells(grid, box)}
    ${svg('rect', { class: 'frame', x: left, y: top, width: right - left, height: bottom - top })}
    ${columns.length <= NUMBERED_COLUMNS && size >= 26 && numbers(grid, box)} ${marks(grid, box)} ${scale}`,
  };
}

/** Which shade is which value; nothing where all values are one. */
function scaleOf({ values, format }: HeatGrid, [x, y]: Place): Html | undefined {
  const [low, high] = extent(values.flat().filter((value) => value !== null));
  if (!(high > low)) {
    return undefined;
  }
  const from = x + CELL * cells(format(low)) + 6;
  const shades = Array.from({ length: SHADES + 1 }, (_, shade) =>
    svg('path', { 'fill-opacity': opacityOf(shade), d: `M${px(from + STEP * shade)} ${px(y)}h${STEP}v10h-${STEP}z` }),
  );
  const to = from + STEP * (SHADES + 1);
  return group('axis', group('cells', shades), label(format(low), [x, y + 9]), label(format(high), [to + 6, y + 9]));
}

function opacityOf(shade: number): number {
  return 0.04 + (0.66 * shade) / SHADES;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly height: number;
}

function columnLabel(text: string, whole: string, [x, y]: Place, isTurned: boolean): Html {
  const title = visibleLine(whole);
  return isTurned
    ? svg('text', { x: 0, y: 0, transform: `translate(${px(x)} ${px(y)}) rotate(-40)` }, text, svg('title', {}, title))
    : label(text, [x, y], { anchor: 'middle', title });
}

/** One path per shade. Always all of them, so that a drawing has the same parts whatever its values. */
function shadedCells({ values }: HeatGrid, { left, top, size, height }: Box): Html {
  const paths = Array.from({ length: SHADES + 1 }, () => '');
  const [low, high] = extent(values.flat().filter((value) => value !== null));
  let empty = '';
  values.forEach((row, i) => {
    row.forEach((value, j) => {
      const cell = `M${px(left + size * j)} ${px(top + height * i)}h${px(size)}v${px(height)}h${px(-size)}z`;
      if (value === null) {
        empty += cell;
        return;
      }
      const shade = high > low ? Math.round((SHADES * (value - low)) / (high - low)) : SHADES / 2;
      paths[shade] = (paths[shade] ?? '') + cell;
    });
  });
  return group(
    'cells',
    paths.map((d, shade) => d !== '' && svg('path', { 'fill-opacity': opacityOf(shade), d })),
    empty !== '' && path('none', empty),
  );
}

function numbers({ values, format }: HeatGrid, { left, top, size, height }: Box): Html {
  const at = (i: number, j: number): Place => [left + size * (j + 0.5), top + height * (i + 0.5) + 4];
  return svg(
    'g',
    {},
    values.map((row, i) => row.map((value, j) => value !== null && label(format(value), at(i, j), { kind: 'number' }))),
  );
}

function marks({ values, framed, crossed }: HeatGrid, { left, top, size, height }: Box): Html {
  const at = (isMarked: ((row: number, column: number) => boolean) | undefined, shape: string): string =>
    values
      .flatMap((row, i) =>
        row.map((_, j) =>
          isMarked?.(i, j) === true ? `M${px(left + size * j + 1.5)} ${px(top + height * i + 1.5)}${shape}` : '',
        ),
      )
      .join('');
  const [w, h] = [px(size - 3), px(height - 3)];
  const frames = at(framed, `h${w}v${h}h-${w}z`);
  const strokes = at(crossed, `l${w} ${h}`);
  return html`${strokes !== '' && path('hatch', strokes)} ${frames !== '' && path('chosen-line', frames)}`;
}
