/** Adapters that a large λ has blown up: a perplexity near that of guessing among all tokens, or beyond all numbers. */
import { metricKey, readMetric, type ReportedMetric } from '../reading/scoreboard.js';
import { placeOfPoint, pointMetric } from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { count, formatNumber, listWords } from './format.js';

/** Share of the vocabulary from which on a perplexity is no better than guessing. */
const NEAR = 0.5;
/** Points that are named. */
const MOST_NAMED = 5;

/** One line for candidates and one for points of a sweep; none where nothing is blown up, or the vocabulary is not known. */
export function blownUpWarnings(report: RunReport): readonly string[] {
  const vocabulary = report.provenance.base?.vocabulary;
  return vocabulary === undefined
    ? []
    : report.metrics
        .filter(({ kind }) => kind === 'perplexity')
        .flatMap((metric) => [...blownSteps(report, metric, vocabulary), ...blownPoints(report, metric, vocabulary)]);
}

function blownSteps(report: RunReport, metric: ReportedMetric, vocabulary: number): readonly string[] {
  const blown = report.steps.flatMap((step) => {
    const found = readMetric(report, step, metric).value;
    return step.kind !== 'base' && found !== undefined && isBlown(found.value, found.n, vocabulary)
      ? [`${step.name} (${words(found.value)})`]
      : [];
  });
  return blown.length === 0
    ? []
    : [
        `${metricKey(metric)} of ${listWords(blown)} is near that of guessing among the ${String(vocabulary)} tokens of the vocabulary: λ has blown ` +
          `${blown.length === 1 ? 'this adapter' : 'these adapters'} up; use a smaller one`,
      ];
}

function blownPoints(report: RunReport, metric: ReportedMetric, vocabulary: number): readonly string[] {
  if (report.specKind !== 'sweep') {
    return [];
  }
  const { sweep } = report;
  const key = metricKey(metric);
  const blown = sweep.points.index.filter((index) => {
    const place = placeOfPoint(sweep, index) ?? -1;
    const { value, n } = pointMetric(sweep, place, key, 'all');
    return isBlown(value, n, vocabulary);
  });
  const named = blown.slice(0, MOST_NAMED).map(String);
  const more = blown.length > named.length ? ', …' : '';
  return blown.length === 0
    ? []
    : [
        `${count(blown.length, 'point')} of ${String(sweep.points.index.length)} (${named.join(', ')}${more}) ${blown.length === 1 ? 'has' : 'have'} a ${key} near that of ` +
          `guessing among the ${String(vocabulary)} tokens of the vocabulary: there λ has blown the adapter up`,
      ];
}

/** A perplexity beyond float64 has no value in a stored result. */
function isBlown(value: number | null, n: number, vocabulary: number): boolean {
  return n > 0 && (value === null || value >= NEAR * vocabulary);
}

function words(value: number | null): string {
  return value === null ? 'beyond all numbers' : formatNumber(value);
}
