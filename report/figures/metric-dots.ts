/** Dots and whiskers of one metric: a row per candidate, 95 % intervals, reference lines for baseline and base. */
import { csvTable } from '../csv/csv-table.js';
import { html, type Html } from '../html/html.js';
import {
  metricKey,
  metricTitle,
  readMetric,
  VERDICTS,
  type Reading,
  type ReportedMetric,
  type Verdict,
} from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { formatWithUnit } from '../words/format.js';
import { cells, clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, type Axis } from './kit/axes.js';
import { idPart, type Figure } from './kit/figure.js';
import { CIRCLE } from './kit/marks.js';
import { group, label, line, mark, whisker } from './kit/svg.js';

/** Geometry in user units (CSS pixels at full size). */
const WIDTH = 420;
const LABEL_WIDTH = 108;
const VALUE_WIDTH = 84;
const ROW = 26;
const TOP = 34;
const BOTTOM = 24;
/** Widest label in cells; 7.4 px a cell at 12 px is more than common fonts take. */
const LABEL_CELLS = 15;
/** Rows that are drawn: a study of all orders has hundreds of candidates, and its table has them all. */
const MOST_ROWS = 40;

/** Markers of verdicts: triangle up or down, circle, diamond. */
const MARKERS: Readonly<Record<Verdict, string>> = {
  better: 'M0-6.5L6 4.5H-6Z',
  worse: 'M0 6.5L6-4.5H-6Z',
  negligible: CIRCLE,
  unclear: CIRCLE,
  unknown: 'M0-5.5L5.5 0L0 5.5L-5.5 0Z',
};

/** The figure of one metric, or undefined when no candidate has a value. */
export function metricDots(report: RunReport, metric: ReportedMetric): Figure | undefined {
  const readings = report.steps.map((step) => readMetric(report, step, metric));
  const drawn = readings.filter(({ value }) => typeof value?.value === 'number').slice(0, MOST_ROWS);
  if (drawn.length === 0) {
    return undefined;
  }
  const left = readings.length - MOST_ROWS;
  const x = axisOf({
    values: drawn.flatMap(({ value, interval }) => [
      value?.value ?? 0,
      ...(interval === undefined ? [] : [interval.low, interval.high]),
    ]),
    range: [LABEL_WIDTH + 16, WIDTH - VALUE_WIDTH - 8],
    unit: metric.unit,
    ticks: 4,
  });
  const bottom = TOP + ROW * drawn.length;
  const title = metricTitle(report, metric);
  const direction = metric.higherIsBetter ? 'higher is better' : 'lower is better';
  return {
    id: `metric-${idPart(metricKey(metric))}`,
    title,
    caption:
      `${metric.higherIsBetter ? '↑' : '↓'} ${direction}` +
      (left > 0 ? `; the first ${MOST_ROWS} candidates, ${left} more are in the table` : ''),
    note: `Whiskers: 95 % intervals over examples. Dashed line: ${report.baseline}. Dotted line: base model.`,
    drawing: {
      kind: 'dots',
      width: WIDTH,
      height: bottom + BOTTOM,
      label: `${title}, ${direction}: ${drawn.map(describe).join(', ')}`,
      body: html`${drawTicks(x, bottom)}
      ${drawn
        .filter(({ step }) => step.name === report.baseline || step.kind === 'base')
        .map((reading) => drawReference(reading, x, bottom, report.baseline))}
      ${drawn.map((reading, place) => drawRow(reading, x, TOP + ROW * place + ROW / 2, report.baseline))}`,
    },
    csv: csvTable(readings, [
      ['candidate', ({ step }) => step.name],
      ['value', ({ value }) => value?.value],
      ['stderr', ({ value }) => value?.stderr],
      ['n', ({ value }) => value?.n],
      ['low_95', ({ interval }) => interval?.low],
      ['high_95', ({ interval }) => interval?.high],
      ['verdict', ({ verdict }) => verdict],
    ]),
  };
}

function drawTicks(x: Axis, bottom: number): Html {
  return group(
    'axis',
    x.ticks.map(({ at, text }) => [
      line([x.place(at), TOP], [x.place(at), bottom]),
      label(text, [x.place(at), bottom + 16], { anchor: 'middle' }),
    ]),
  );
}

/** A line down the rows; its name is above them, where it has room. */
function drawReference({ step, value }: Reading, x: Axis, bottom: number, baseline: string): Html {
  const isBaseline = step.name === baseline;
  const [at, y] = [x.place(value?.value ?? 0), isBaseline ? 12 : 26];
  const name = clip(visibleLine(step.name), LABEL_CELLS);
  const half = 3.7 * cells(name);
  const anchor = at - half < LABEL_WIDTH ? 'start' : at + half > WIDTH - VALUE_WIDTH ? 'end' : 'middle';
  return group(isBaseline ? 'ref baseline' : 'ref', line([at, y + 4], [at, bottom]), label(name, [at, y], { anchor }));
}

function drawRow({ step, value, interval, verdict, metric }: Reading, x: Axis, y: number, baseline: string): Html {
  const name = visibleLine(step.name);
  return group(
    `row ${verdict}${step.name === baseline ? ' is-baseline' : ''}`,
    label(clip(name, LABEL_CELLS), [LABEL_WIDTH, y + 4], { anchor: 'end', title: name }),
    interval !== undefined && whisker(x.place(interval.low), x.place(interval.high), y),
    mark([x.place(value?.value ?? 0), y], MARKERS[verdict]),
    label(formatWithUnit(value?.value, metric.unit), [WIDTH - 22, y + 4], { kind: 'value', anchor: 'end' }),
    label(VERDICTS[verdict].sign, [WIDTH - 8, y + 4], { kind: 'sign', anchor: 'middle' }),
  );
}

function describe({ step, value, metric, verdict }: Reading): string {
  const words = verdict === 'unknown' ? '' : ` (${VERDICTS[verdict].words})`;
  return `${visibleLine(step.name)} ${formatWithUnit(value?.value, metric.unit)}${words}`;
}
