/** Draws the view of a λ curve. */
import { html, type Html } from '../html/html.js';
import { clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { drawCloud, type Axis } from './axes.js';
import type { CurveBin, CurveLine, CurveView } from './curve-view.js';
import { px } from './figure.js';
import { markOf } from './marks.js';

const LEGEND_ROW = 17;

/** The lines, the band or the cloud. */
export function drawView(view: CurveView, x: Axis, y: Axis): Html {
  switch (view.kind) {
    case 'lines':
      return html`${view.lines.map((line, place) => drawLine(line, place, view.lines.length, x, y))}`;
    case 'envelope':
      return html`<path class="band" d="${bandPath(view.bins, x, y)}" />
        <path class="median" d="${medianPath(view.bins, x, y)}" />
        ${view.slice !== undefined && drawLine(view.slice, 1, 1, x, y)}`;
    case 'cloud':
      return html`${drawCloud(
          view.points.map((point) => [x.place(point.x), y.place(point.y)]),
          view.points.length,
        )} <path class="median" d="${medianPath(view.bins, x, y)}" />`;
  }
}

/** Room for the legend below the plot. */
export function legendHeight(view: CurveView): number {
  return view.kind === 'lines' && view.lines.length > 1 ? LEGEND_ROW * view.lines.length + 6 : 2;
}

/** Which line is which; nothing where there is only one. */
export function drawLegend(view: CurveView, top: number): Html | false {
  return (
    view.kind === 'lines' &&
    view.lines.length > 1 &&
    html`${view.lines.map(
      ({ setting }, place) =>
        html`<g class="series s${place + 1}" transform="translate(46 ${px(top + LEGEND_ROW * (place + 0.5))})">
          <line x1="0" x2="28" y1="0" y2="0" />
          <path class="dot" transform="translate(14 0)" d="${markOf(place)}" />
          <text class="small" x="36" y="4">${clip(visibleLine(setting), 54)}</text>
        </g>`,
    )}`
  );
}

/** Lines are set apart by a little, so that whiskers at one x do not cover one another. */
function drawLine({ points }: CurveLine, place: number, count: number, x: Axis, y: Axis): Html {
  const shift = 2.5 * (place - (count - 1) / 2) * (count > 1 ? 1 : 0);
  const at = points.map((point) => ({ point, left: x.place(point.x) + shift, top: y.place(point.y) }));
  const whiskers = at
    .flatMap(({ point: { interval }, left }) =>
      interval === undefined ? [] : [`M${px(left)} ${px(y.place(interval.low))}V${px(y.place(interval.high))}`],
    )
    .join('');
  return html`<g class="series s${place + 1}">
    ${whiskers !== '' && html`<path class="whisker" d="${whiskers}" />`}
    <path d="${at.map(({ left, top }, i) => `${i === 0 ? 'M' : 'L'}${px(left)} ${px(top)}`).join('')}" />
    ${at.map(
      ({ point, left, top }) =>
        html`<path class="dot" transform="translate(${px(left)} ${px(top)})" d="${markOf(place)}"
          ><title>
            point ${point.index}: ${point.x} → ${point.y}${point.setting === '' ? '' : ` (${point.setting})`}
          </title></path
        >`,
    )}
  </g>`;
}

function medianPath(bins: readonly CurveBin[], x: Axis, y: Axis): string {
  return bins.map((bin, i) => `${i === 0 ? 'M' : 'L'}${px(x.place(bin.x))} ${px(y.place(bin.median))}`).join('');
}

function bandPath(bins: readonly CurveBin[], x: Axis, y: Axis): string {
  const upper = bins.map((bin) => `${px(x.place(bin.x))} ${px(y.place(bin.high))}`);
  const lower = [...bins].reverse().map((bin) => `${px(x.place(bin.x))} ${px(y.place(bin.low))}`);
  return `M${[...upper, ...lower].join('L')}Z`;
}
