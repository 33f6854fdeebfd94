/** Dot-and-whisker drawing of one metric: a row per candidate, 95 % intervals, reference lines for baseline and base. */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { formatWithUnit } from '../words/format.js';
import { px, type Drawing } from './figure.js';
import { html, type Html } from '../html/html.js';
import { VERDICTS, metricTitle, readMetric, type Reading, type ReportedMetric } from '../reading/scoreboard.js';
import { cells, clip } from '../words/text-width.js';
import type { RunReport } from '../types.js';
import { visibleLine } from '../words/visible-text.js';

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
export const MOST_ROWS = 40;

/** The drawing of one metric, or undefined when no candidate has a value. */
export function drawDots(report: RunReport, metric: ReportedMetric): Drawing | undefined {
  const readings = report.steps
    .map((step) => readMetric(report, step, metric))
    .filter((reading) => typeof reading.value?.value === 'number')
    .slice(0, MOST_ROWS);
  if (readings.length === 0) {
    return undefined;
  }
  const scale = scaleOf(readings, metric);
  const bottom = TOP + ROW * readings.length;
  const direction = metric.higherIsBetter ? 'higher is better' : 'lower is better';
  return {
    kind: 'dots',
    width: WIDTH,
    height: bottom + BOTTOM,
    label: `${metricTitle(report, metric)}, ${direction}: ${describeReadings(readings)}`,
    body: html`${drawAxis(scale, metric, bottom)} ${drawReferences(report, readings, scale, bottom)}
    ${readings.map((reading, place) => drawRow(reading, scale, TOP + ROW * place + ROW / 2, report.baseline))}`,
  };
}

/** `M…Z` of the marker that stands for a verdict: triangle up or down, circle, diamond. */
export function markerPath(verdict: Reading['verdict']): string {
  switch (verdict) {
    case 'better':
      return 'M0-6.5L6 4.5H-6Z';
    case 'worse':
      return 'M0 6.5L6-4.5H-6Z';
    case 'unclear':
      return 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z';
    case 'unknown':
      return 'M0-5.5L5.5 0L0 5.5L-5.5 0Z';
  }
}

function scaleOf(readings: readonly Reading[], metric: ReportedMetric): ScaleLinear<number, number> {
  const ends = readings.flatMap(({ value, interval }) => [
    value?.value ?? 0,
    ...(interval === undefined ? [] : [interval.low, interval.high]),
  ]);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const margin = high > low ? 0.04 * (high - low) : Math.abs(high) * 0.05 || 0.05;
  const isShare = metric.unit === 'share';
  const domain = [
    isShare && low >= 0 ? Math.max(0, low - margin) : low - margin,
    isShare && high <= 1 ? Math.min(1, high + margin) : high + margin,
  ];
  return scaleLinear()
    .domain(domain)
    .nice(4)
    .range([LABEL_WIDTH + 16, WIDTH - VALUE_WIDTH - 8]);
}

function drawAxis(scale: ScaleLinear<number, number>, metric: ReportedMetric, bottom: number): Html {
  const ticks = scale.ticks(4);
  const format = scale.tickFormat(4, metric.unit === 'share' ? '~%' : undefined);
  return html`<g class="axis">
    ${ticks.map(
      (tick) =>
        html`<line x1="${px(scale(tick))}" x2="${px(scale(tick))}" y1="${TOP}" y2="${bottom}" /><text
            x="${px(scale(tick))}"
            y="${bottom + 16}"
            text-anchor="middle"
            >${format(tick)}</text
          >`,
    )}
  </g>`;
}

function drawReferences(
  report: RunReport,
  readings: readonly Reading[],
  scale: ScaleLinear<number, number>,
  bottom: number,
): readonly Html[] {
  return readings
    .filter(({ step }) => step.name === report.baseline || step.kind === 'base')
    .map(({ step, value }) => {
      const isBaseline = step.name === report.baseline;
      const x = scale(value?.value ?? 0);
      const y = isBaseline ? 12 : 26;
      const label = clip(visibleLine(step.name), LABEL_CELLS);
      const half = 3.7 * cells(label);
      const anchor = x - half < LABEL_WIDTH ? 'start' : x + half > WIDTH - VALUE_WIDTH ? 'end' : 'middle';
      return html`<g class="${isBaseline ? 'ref baseline' : 'ref'}">
        <line x1="${px(x)}" x2="${px(x)}" y1="${y + 4}" y2="${bottom}" />
        <text x="${px(x)}" y="${y}" text-anchor="${anchor}">${label}</text>
      </g>`;
    });
}

function drawRow(reading: Reading, scale: ScaleLinear<number, number>, y: number, baseline: string): Html {
  const { step, value, interval, verdict, metric } = reading;
  const name = visibleLine(step.name);
  const x = px(scale(value?.value ?? 0));
  const sign = VERDICTS[verdict].sign;
  return html`<g class="row ${verdict}${step.name === baseline ? ' is-baseline' : ''}">
    <text x="${LABEL_WIDTH}" y="${y + 4}" text-anchor="end">${clip(name, LABEL_CELLS)}<title>${name}</title></text>
    ${
      interval !== undefined &&
      html`<path
        class="whisker"
        d="M${px(scale(interval.low))} ${y}H${px(scale(interval.high))}M${px(scale(interval.low))} ${y - 4}v8M${px(scale(interval.high))} ${y - 4}v8"
      />`
    }
    <path class="dot" transform="translate(${x} ${y})" d="${markerPath(verdict)}" />
    <text class="value" x="${WIDTH - 22}" y="${y + 4}" text-anchor="end"
      >${formatWithUnit(value?.value, metric.unit)}</text
    >
    <text class="sign" x="${WIDTH - 8}" y="${y + 4}" text-anchor="middle">${sign}</text>
  </g>`;
}

function describeReadings(readings: readonly Reading[]): string {
  return readings
    .map(({ step, value, metric, verdict }) => {
      const words = verdict === 'unknown' ? '' : ` (${VERDICTS[verdict].words})`;
      return `${visibleLine(step.name)} ${formatWithUnit(value?.value, metric.unit)}${words}`;
    })
    .join(', ');
}
