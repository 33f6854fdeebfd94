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
const PLOT_WIDTH = 204;
const VALUE_WIDTH = 84;
const ROW = 26;
const TOP = 34;
const BOTTOM = 24;
/** Widths of labels in cells; 7.2 px a cell at 12 px is about what common fonts take. */
const [FEWEST_CELLS, MOST_CELLS, CELL] = [15, 36, 7.2];
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

/** What all rows share. */
interface Frame {
  readonly x: Axis;
  /** Where the labels end. */
  readonly labels: number;
  readonly width: number;
  readonly bottom: number;
  readonly baseline: string;
}

/** The figure of one metric, or undefined when no candidate has a value. */
export function metricDots(report: RunReport, metric: ReportedMetric): Figure | undefined {
  const readings = report.steps.map((step) => readMetric(report, step, metric));
  const drawn = readings.filter(({ value }) => typeof value?.value === 'number').slice(0, MOST_ROWS);
  if (drawn.length === 0) {
    return undefined;
  }
  const left = readings.length - MOST_ROWS;
  const frame = frameOf(report, metric, drawn);
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
      width: frame.width,
      height: frame.bottom + BOTTOM,
      label: `${title}, ${direction}: ${drawn.map(describe).join(', ')}`,
      body: html`${drawTicks(frame)}
      ${drawn
        .filter(({ step }) => step.name === report.baseline || step.kind === 'base')
        .map((reading) => drawReference(reading, frame))}
      ${drawn.map((reading, place) => drawRow(reading, frame, TOP + ROW * place + ROW / 2))}`,
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

/** As much room for labels as the longest one takes, within bounds: arms of a study differ in their last letters. */
function frameOf({ baseline }: RunReport, { unit }: ReportedMetric, drawn: readonly Reading[]): Frame {
  const longest = Math.max(FEWEST_CELLS, ...drawn.map(({ step }) => cells(visibleLine(step.name))));
  const labels = CELL * Math.min(MOST_CELLS, longest);
  const end = labels + 16 + PLOT_WIDTH;
  const values = drawn.flatMap(({ value, interval }) => [
    value?.value ?? 0,
    ...(interval === undefined ? [] : [interval.low, interval.high]),
  ]);
  return {
    x: axisOf({ values, range: [labels + 16, end], unit, ticks: 4 }),
    ...{ labels, width: end + 8 + VALUE_WIDTH, bottom: TOP + ROW * drawn.length, baseline },
  };
}

function drawTicks({ x, bottom }: Frame): Html {
  return group(
    'axis',
    x.ticks.map(({ at, text }) => [
      line([x.place(at), TOP], [x.place(at), bottom]),
      label(text, [x.place(at), bottom + 16], { anchor: 'middle' }),
    ]),
  );
}

/** A line down the rows; its name is above them, where it has room. */
function drawReference({ step, value }: Reading, { x, labels, width, bottom, baseline }: Frame): Html {
  const isBaseline = step.name === baseline;
  const [at, y] = [x.place(value?.value ?? 0), isBaseline ? 12 : 26];
  const name = clip(visibleLine(step.name), FEWEST_CELLS);
  const half = 3.7 * cells(name);
  const anchor = at - half < labels ? 'start' : at + half > width - VALUE_WIDTH ? 'end' : 'middle';
  return group(isBaseline ? 'ref baseline' : 'ref', line([at, y + 4], [at, bottom]), label(name, [at, y], { anchor }));
}

function drawRow({ step, value, interval, verdict, metric }: Reading, frame: Frame, y: number): Html {
  const { x, labels, width, baseline } = frame;
  const name = visibleLine(step.name);
  return group(
    `row ${verdict}${step.name === baseline ? ' is-baseline' : ''}`,
    label(clip(name, MOST_CELLS), [labels, y + 4], { anchor: 'end', title: name }),
    interval !== undefined && whisker(x.place(interval.low), x.place(interval.high), y),
    mark([x.place(value?.value ?? 0), y], MARKERS[verdict]),
    label(formatWithUnit(value?.value, metric.unit), [width - 22, y + 4], { kind: 'value', anchor: 'end' }),
    label(VERDICTS[verdict].sign, [width - 8, y + 4], { kind: 'sign', anchor: 'middle' }),
  );
}

function describe({ step, value, metric, verdict }: Reading): string {
  const words = verdict === 'unknown' ? '' : ` (${VERDICTS[verdict].words})`;
  return `${visibleLine(step.name)} ${formatWithUnit(value?.value, metric.unit)}${words}`;
}
