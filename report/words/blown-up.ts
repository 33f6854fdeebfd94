/** Adapters that a large λ has blown up: a perplexity near that of guessing among all tokens, or beyond all numbers. */
import { metricKey, readMetric, type ReportedMetric } from '../reading/scoreboard.js';
import { placeOfPoint, pointMetric } from '../reading/sweep.js';
import type { ReportedStep, RunReport } from '../types.js';
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

/** What has a λ, and what has none: the latter may guess all the same, and then so does what is made of it. */
function blownSteps(report: RunReport, metric: ReportedMetric, vocabulary: number): readonly string[] {
  const { touched, untouched } = guessing(report, metric, vocabulary);
  const near = `near that of guessing among the ${String(vocabulary)} tokens of the vocabulary`;
  return [
    ...(untouched.length === 0
      ? []
      : [
          `${metricKey(metric)} of ${listWords(untouched)} is ${near}, without any λ: check the model, its tokenizer and the data`,
        ]),
    ...(touched.length === 0
      ? []
      : [
          `${metricKey(metric)} of ${listWords(touched)} is ${near}: λ has blown ${touched.length === 1 ? 'this adapter' : 'these adapters'} up; use a smaller one`,
        ]),
  ];
}

/** Candidates that are no better than guessing. Where the base or the baseline is, nothing is said of what λ did. */
function guessing(
  report: RunReport,
  metric: ReportedMetric,
  vocabulary: number,
): { readonly touched: readonly string[]; readonly untouched: readonly string[] } {
  const blown = report.steps.filter((step) => {
    const found = readMetric(report, step, metric).value;
    return found !== undefined && isBlown(found.value, found.n, vocabulary);
  });
  const shown = (step: ReportedStep): string =>
    `${step.name} (${words(readMetric(report, step, metric).value?.value ?? null)})`;
  const untouched = blown.filter(({ kind }) => kind === 'base' || kind === 'adapter');
  const isOfTheStart = untouched.some(({ name, kind }) => kind === 'base' || name === report.baseline);
  const touched = isOfTheStart ? [] : blown.filter((step) => !untouched.includes(step));
  return { touched: touched.map(shown), untouched: untouched.map(shown) };
}

function blownPoints(report: RunReport, metric: ReportedMetric, vocabulary: number): readonly string[] {
  if (report.specKind !== 'sweep' || guessing(report, metric, vocabulary).untouched.length > 0) {
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
