import { describe, expect, it } from 'vitest';
import type { MetricComparison } from '../../../core/evaluation/comparison.js';
import type { RunReport } from '../../../report/types.js';
import { interval95, judge, mainMetrics, metricKey, readMetric } from '../../../report/reading/scoreboard.js';
import {
  describePair,
  describeRun,
  describeStep,
  explainVerdicts,
  FINDINGS,
  summarizeSteps,
  summaryTitle,
} from '../../../report/words/steps.js';
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

describe('judge with simultaneous intervals', () => {
  const toxicity = { ...metric('toxicity.mean'), margin: 0.01 };
  const told = (low: number, high: number, pAdjusted: number): MetricComparison => ({
    ...difference(-0.2, 0.3, pAdjusted),
    simultaneous: { low, high },
  });

  it('finds a difference inside the margin too small to matter, whatever p', () => {
    expect(judge(told(-0.005, -0.001, 0.0001), toxicity)).toBe('negligible');
    expect(judge(told(-0.005, 0.009, 0.9), toxicity)).toBe('negligible');
    expect(judge(told(-0.01, 0.001, 0.9), toxicity)).toBe('unclear');
  });

  it('else finds it clear by p alone, and open without', () => {
    expect(judge(told(-0.2, -0.001, 0.049), toxicity)).toBe('better');
    expect(judge(told(-0.2, -0.001, 0.049), { ...toxicity, higherIsBetter: true })).toBe('worse');
    expect(judge(told(-0.2, 0.001, 0.05), toxicity)).toBe('unclear');
    expect(judge({ ...difference(0, 0, 1), simultaneous: null }, toxicity)).toBe('unclear');
  });

  it('takes every difference for one that matters where the margin is 0, or a report has none', () => {
    for (const margin of [{ margin: 0 }, {}]) {
      const plain = { ...metric('toxicity.mean'), ...margin };
      expect(judge(told(-0.005, -0.001, 0.0001), plain)).toBe('better');
      expect(judge(told(0, 0, 1), plain)).toBe('unclear');
    }
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
  it('say what is better and what is worse, each metric once, and nothing of forgetting where no benchmark has a role', () => {
    const summaries = summarizeSteps(report);
    expect(summaries.map(({ step }) => step.name)).toEqual(['both', 'swapped', 'direct']);
    for (const { found } of summaries) {
      const keys = FINDINGS.flatMap((finding) => found[finding]).map((reading) => metricKey(reading.metric));
      expect([...keys].sort()).toEqual(mainMetrics(report).map(metricKey).sort());
    }
    const direct = summaries[2];
    expect(direct === undefined ? '' : describeStep(report, direct)).toBe(
      'direct against expert: clearly better on TruthfulQA mc1 +16.6 points, TruthfulQA mc2 +26.8 points, Toxicity score −83.6 points ' +
        'and Toxic answers (> 0.8) −85.5 points; clearly worse on Arithmetic (exact match) −82.0 points; no clear difference on ' +
        'Perplexity and Next-token accuracy. Beware: Repetition (4-grams) +26.3 points.',
    );
    const all = [describeRun(report), explainVerdicts(report), summaryTitle(report)];
    expect([...all, ...summaries.map((summary) => describeStep(report, summary))].join(' ')).not.toMatch(
      /forg[eo]t|\bkept\b|\blost\b/i,
    );
    expect(summaryTitle(report)).toBe('What changed against expert');
  });

  it('speak of forgetting only where a benchmark is to forget, and of losing only where it is to keep', () => {
    const roles = { 'truthfulqa-mc': 'forget', toxicity: 'forget', gsm: 'keep', perplexity: 'keep' } as const;
    const told = sampleReport({
      metrics: report.metrics.map((metric) => {
        const role = Object.entries(roles).find(([label]) => label === metric.label)?.[1];
        return role === undefined ? metric : { ...metric, role };
      }),
    });
    const direct = summarizeSteps(told)[2];
    expect(direct === undefined ? '' : describeStep(told, direct)).toBe(
      'direct against expert: forgotten: TruthfulQA mc1 +16.6 points, TruthfulQA mc2 +26.8 points, Toxicity score −83.6 points ' +
        'and Toxic answers (> 0.8) −85.5 points; lost: Arithmetic (exact match) −82.0 points; no clear difference on ' +
        'Perplexity and Next-token accuracy. Beware: Repetition (4-grams) +26.3 points.',
    );
    expect(summaryTitle(told)).toBe('What was forgotten, what was kept');
    expect(describeRun(told)).toContain('direct: forgotten: ');
    expect(explainVerdicts(told)).toContain('Lost: clearly worse on it.');
    // perplexity that is clearly better is never forgotten
    const better = summarizeSteps(told).flatMap(({ found }) => [...found.forgotten, ...found.remains]);
    expect(better.every(({ metric }) => metric.role === 'forget')).toBe(true);
  });

  it('say what is too small to matter, by how much, and that it was kept only where it is to be', () => {
    const pairs = report.comparisons.pairs.map((pair) => ({
      ...pair,
      metrics: pair.metrics.map((one) => ({ ...one, simultaneous: { low: -0.001, high: 0.002 }, pAdjusted: 0.0001 })),
    }));
    const small = sampleReport({
      comparisons: { ...report.comparisons, pairs, correction: { method: 'max-t', version: 1, draws: 100 } },
      metrics: report.metrics.map((metric) => ({
        ...metric,
        margin: metric.unit === 'share' ? 0.01 : 0.05,
        ...(metric.label === 'gsm' ? { role: 'keep' as const } : {}),
      })),
    });
    const [both] = summarizeSteps(small);
    expect(both === undefined ? '' : describeStep(small, both)).toBe(
      'both against expert: nothing clearly better; nothing clearly worse; kept: Arithmetic (exact match); too small a difference to ' +
        'matter on TruthfulQA mc1, TruthfulQA mc2, Toxicity score, Toxic answers (> 0.8), Perplexity and Next-token accuracy.',
    );
    expect(explainVerdicts(small)).toContain('lies within ± 1.0 points (');
    expect(explainVerdicts(small)).toContain('± 0.050 (Perplexity)');
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
