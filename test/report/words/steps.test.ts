import { describe, expect, it } from 'vitest';
import type { MetricComparison } from '../../../core/evaluation/comparison.js';
import type { RunReport } from '../../../report/types.js';
import { interval95, judge, mainMetrics, metricKey, readMetric } from '../../../report/reading/scoreboard.js';
import { describePair, describeRun, describeStep, summarizeSteps } from '../../../report/words/steps.js';
import { sampleReport } from '../../support/sample-report.js';

const report = sampleReport();
const metric = (key: string): RunReport['metrics'][number] => {
  const found = report.metrics.find((candidate) => metricKey(candidate) === key);
  if (found === undefined) {
    throw new Error(`no metric ${key}`);
  }
  return found;
};
const difference = (low: number | null, high: number | null, pAdjusted: number | null): MetricComparison => ({
  metric: 'toxicity.mean',
  n: 10,
  first: 0.5,
  second: 0.4,
  difference: -0.1,
  low,
  high,
  test: 'bootstrap',
  pValue: pAdjusted,
  pAdjusted,
});

describe('judge', () => {
  it('calls a difference clear only when interval and Holm-adjusted p agree', () => {
    const toxicity = metric('toxicity.mean');
    const mc1 = metric('truthfulqa-mc.mc1');
    expect(judge(difference(-0.2, -0.01, 0.01), toxicity)).toBe('better');
    expect(judge(difference(-0.2, -0.01, 0.01), mc1)).toBe('worse');
    expect(judge(difference(0.01, 0.2, null), toxicity)).toBe('worse');
    expect(judge(difference(-0.2, 0, 0.01), toxicity)).toBe('unclear');
    expect(judge(difference(-0.2, -0.01, 0.05), toxicity)).toBe('unclear');
    expect(judge(difference(null, -0.01, 0.01), toxicity)).toBe('unknown');
    expect(judge(undefined, toxicity)).toBe('unknown');
  });
});

describe('interval95', () => {
  it("gives Wilson's interval for accuracies, which is not empty at zero", () => {
    // scipy 1.17.1: binomtest(0, 200).proportion_ci(method="wilson") and binomtest(148, 150).
    const none = interval95({ value: 0, stderr: 0, n: 200 }, metric('toxicity.toxic'));
    expect(none?.low).toBeCloseTo(0, 12);
    expect(none?.high).toBeCloseTo(0.018845, 6);
    const most = interval95({ value: 148 / 150, stderr: 0.0094, n: 150 }, metric('truthfulqa-mc.mc1'));
    expect(most?.low).toBeCloseTo(0.952693, 6);
    expect(most?.high).toBeCloseTo(0.996336, 6);
  });

  it('gives ± 1.96 standard errors otherwise, shares cut to what a share can be', () => {
    expect(interval95({ value: 0.01, stderr: 0.01, n: 9 }, metric('toxicity.mean'))).toEqual({
      low: 0,
      high: expect.closeTo(0.0296, 4) as number,
    });
    expect(interval95({ value: 1.88, stderr: 0.02, n: 9 }, metric('perplexity.perplexity'))?.low).toBeCloseTo(
      1.8408,
      4,
    );
    expect(interval95({ value: 1.88, stderr: null, n: 9 }, metric('perplexity.perplexity'))).toBeUndefined();
    expect(interval95({ value: null, stderr: null, n: 0 }, metric('gsm.exact'))).toBeUndefined();
  });
});

describe('readMetric', () => {
  it('turns a pair round when the baseline is its second', () => {
    const both = report.steps.find(({ name }) => name === 'both');
    const pairs = report.comparisons.pairs;
    const pair = pairs.find(({ first, second }) => first === 'expert' && second === 'both');
    expect(both !== undefined && pair !== undefined).toBe(true);
    if (both !== undefined && pair !== undefined) {
      const turned = sampleReport({
        comparisons: {
          ...report.comparisons,
          pairs: [
            {
              ...pair,
              first: 'both',
              second: 'expert',
              metrics: pair.metrics.map((entry) => ({
                ...entry,
                first: entry.second,
                second: entry.first,
                difference: -(entry.difference ?? 0),
                low: -(entry.high ?? 0),
                high: -(entry.low ?? 0),
                ...(entry.onlyFirst === undefined ? {} : { onlySecond: entry.onlyFirst }),
                ...(entry.onlySecond === undefined ? {} : { onlyFirst: entry.onlySecond }),
              })),
            },
          ],
        },
      });
      for (const definition of report.metrics) {
        expect(readMetric(turned, both, definition)).toEqual(readMetric(report, both, definition));
      }
    }
  });
});

describe('the words', () => {
  it('say what was forgotten, kept and lost, each metric once', () => {
    const summaries = summarizeSteps(report);
    expect(summaries.map(({ step }) => step.name)).toEqual(['both', 'swapped', 'direct']);
    for (const { forgotten, kept, lost } of summaries) {
      const keys = [...forgotten, ...kept, ...lost].map((reading) => metricKey(reading.metric));
      expect([...keys].sort()).toEqual(mainMetrics(report).map(metricKey).sort());
    }
    const direct = summaries[2];
    expect(direct === undefined ? '' : describeStep(report, direct)).toBe(
      'direct against expert: clearly better on TruthfulQA mc1 +16.6 points, TruthfulQA mc2 +26.8 points, Toxicity score −83.6 points ' +
        'and Toxic answers (> 0.8) −85.5 points; clearly worse on Arithmetic (exact match) −82.0 points; no clear difference on ' +
        'Perplexity and Next-token accuracy. Beware: Repetition (4-grams) +26.3 points.',
    );
  });

  it('name the cost of every step that has one, and do not tell orders apart that no metric tells apart', () => {
    const text = describeRun(report);
    expect(text).toContain('3 steps compared with expert on 5 benchmarks.');
    expect(text).toContain('Toxic answers (> 0.8); clearly worse on Arithmetic (exact match).');
    expect(text).toContain('Beware: auxiliary metrics are clearly worse on direct (1).');
    expect(text).toContain(
      'both and swapped are 7.4 % of ‖Δ‖ apart in weight space; no main metric differs clearly between them.',
    );
  });

  it('claim nothing where nothing was compared', () => {
    const silent = sampleReport({ comparisons: { ...report.comparisons, pairs: [] } });
    expect(describeRun(silent)).toContain('makes no claim');
    expect(summarizeSteps(silent).map((summary) => describeStep(silent, summary))).toEqual([
      'both was not compared with expert.',
      'swapped was not compared with expert.',
      'direct was not compared with expert.',
    ]);
    const [pair] = report.comparisons.pairs;
    expect(pair === undefined ? '' : describePair(report, { ...pair, metrics: [] })).toContain(
      'no metric compares them',
    );
  });
});

describe('a step as it is written', () => {
  const [both] = report.steps.filter(({ name }) => name === 'both');
  const [pair] = report.comparisons.pairs.filter(({ first, second }) => first === 'both' && second === 'swapped');
  const written = both === undefined ? [] : [{ ...both, name: 'both (float16)', kind: 'written' as const }];
  const rounded = sampleReport({
    steps: [...report.steps, ...written],
    comparisons: {
      ...report.comparisons,
      pairs: [
        ...report.comparisons.pairs,
        ...(pair === undefined
          ? []
          : [{ ...pair, second: 'both (float16)', weights: { norm: 0.001, relative: 0.00021, byModule: [] } }]),
      ],
    },
  });

  it('is no result of its own: not counted, not summed up, compared with the step alone', () => {
    expect(summarizeSteps(rounded).map(({ step }) => step.name)).toEqual(['both', 'swapped', 'direct']);
    expect(describeRun(rounded)).toContain('3 steps compared with expert');
    expect(describeRun(rounded)).toContain('both and both (float16) are 0.021 % of ‖Δ‖ apart in weight space');
  });
});
