/** Draws the view of a λ curve. */
import { html, type Html } from '../html/html.js';
import type { CurveBin, CurveLine, CurveView } from './curve-view.js';
import { px } from './kit/figure.js';
import { markOf } from './kit/marks.js';
import { drawCloud, drawLegend, legendHeight, type Plot } from './kit/plot.js';
import { group, mark, path, through, type Place } from './kit/svg.js';

/** Longest setting in the legend, in cells. */
const MOST = 54;

/** The lines, the band or the cloud. */
export function drawView(view: CurveView, plot: Plot): Html {
  switch (view.kind) {
    case 'lines':
      return html`${view.lines.map((line, place) => drawLine(line, place, view.lines.length, plot))}`;
    case 'envelope':
      return html`${path('band', bandPath(view.bins, plot))} ${drawMedian(view.bins, plot)}
      ${view.slice !== undefined && drawLine(view.slice, 1, 1, plot)}`;
    case 'cloud': {
      const places = view.points.map(({ x, y }) => plot.at(x, y));
      return html`${drawCloud(places, places.length)} ${drawMedian(view.bins, plot)}`;
    }
  }
}

/** Which line is which, and the room that it needs below the plot; nothing where there is only one. */
export function viewLegend(
  view: CurveView,
  { height }: Plot,
): { readonly height: number; readonly body: readonly Html[] } {
  const settings = view.kind === 'lines' && view.lines.length > 1 ? view.lines.map(({ setting }) => setting) : [];
  return {
    height: settings.length > 0 ? legendHeight(settings.length) + 6 : 2,
    body: drawLegend(settings, height + 12.5, { hasLines: true, most: MOST }),
  };
}

/** Lines are set apart by a little, so that whiskers at one x do not cover one another. */
function drawLine({ points }: CurveLine, place: number, count: number, { x, y }: Plot): Html {
  const shift = 2.5 * (place - (count - 1) / 2) * (count > 1 ? 1 : 0);
  const drawn = points.map((point) => ({ point, at: [x.place(point.x) + shift, y.place(point.y)] as Place }));
  const whiskers = drawn.map(({ point: { interval }, at: [left] }) =>
    interval === undefined ? '' : `M${px(left)} ${px(y.place(interval.low))}V${px(y.place(interval.high))}`,
  );
  return group(
    `series s${place + 1}`,
    whiskers.some((text) => text !== '') && path('whisker', whiskers.join('')),
    path(undefined, through(drawn.map(({ at }) => at))),
    drawn.map(({ point, at }) => {
      const setting = point.setting === '' ? '' : ` (${point.setting})`;
      return mark(at, markOf(place), `point ${point.index}: ${point.x} → ${point.y}${setting}`);
    }),
  );
}

function drawMedian(bins: readonly CurveBin[], plot: Plot): Html {
  return path('median', through(bins.map(({ x, median }) => plot.at(x, median))));
}

function bandPath(bins: readonly CurveBin[], plot: Plot): string {
  const lower = [...bins].reverse().map(({ x, low }) => plot.at(x, low));
  return `${through([...bins.map(({ x, high }) => plot.at(x, high)), ...lower])}Z`;
}
