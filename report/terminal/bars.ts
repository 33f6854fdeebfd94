/** The main metrics as bars of text. */
import type { Block, MetricBars } from '../document/blocks.js';
import { directionOf } from '../document/metrics.js';
import { VERDICTS, type Reading } from '../reading/scoreboard.js';
import { formatDifference, formatInterval, formatWithUnit } from '../words/format.js';
import { cells, clip, pad } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { drawBar } from './bar.js';
import { paint, type Colors, type Style } from './style.js';

/** Longest name that is shown whole, in cells. */
const NAME_CELLS = 24;
/** Longest and shortest bar of a metric and the text beside it, in cells. */
const BAR_CELLS = { most: 32, least: 8, beside: 46 } as const;

type BarsBlock = Extract<Block, { readonly kind: 'bars' }>;

/** A heading, then the metrics one below the other. */
export function barLines({ title, metrics, baseline }: BarsBlock, style: Style, colors: Colors): readonly string[] {
  const names = Math.max(...metrics.flatMap(({ readings }) => readings.map(({ step }) => cells(nameOf(step.name)))), 0);
  const bar = Math.min(BAR_CELLS.most, Math.max(BAR_CELLS.least, style.width - names - BAR_CELLS.beside));
  return [
    colors.bold(`${visibleLine(title)} (│ marks ${nameOf(baseline)})`),
    ...metrics.flatMap((metric) => metricLines(metric, baseline, { names, bar }, colors)),
  ];
}

function metricLines(
  { title, metric, readings }: MetricBars,
  baseline: string,
  room: { readonly names: number; readonly bar: number },
  colors: Colors,
): readonly string[] {
  const values = readings.map(({ value }) => value?.value ?? 0);
  const full = metric.unit === 'share' ? 1 : Math.max(...values, 0);
  const ofBaseline = readings.find(({ step }) => step.name === baseline)?.value?.value ?? undefined;
  const share = (value: number): number => (full > 0 ? value / full : 0);
  return [
    `  ${visibleLine(title)} ${colors.dim(directionOf(metric))}`,
    ...readings.map((reading) => {
      const value = reading.value?.value ?? 0;
      const isBaseline = reading.step.name === baseline;
      const mark = isBaseline || ofBaseline === undefined ? undefined : share(ofBaseline);
      const bar = paint(reading.verdict, drawBar(share(value), room.bar, mark), colors);
      const number = pad(formatWithUnit(value, metric.unit), 8, 'right');
      return `    ${pad(nameOf(reading.step.name), room.names)} ${bar} ${number}${changeWords(reading, isBaseline, colors)}`.trimEnd();
    }),
  ];
}

function changeWords({ difference, metric, verdict }: Reading, isBaseline: boolean, colors: Colors): string {
  if (difference === undefined) {
    return isBaseline ? colors.dim('   baseline') : '';
  }
  const interval = formatInterval(difference.low, difference.high, metric.unit);
  const words = `${VERDICTS[verdict].sign} ${formatDifference(difference.difference, metric.unit)} ${interval}`;
  return `  ${paint(verdict, words, colors)}`;
}

function nameOf(name: string): string {
  return clip(visibleLine(name), NAME_CELLS);
}
