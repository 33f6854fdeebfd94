import { describe, expect, it } from 'vitest';
import type { ComparisonFamily, MetricComparison } from '../../../core/evaluation/comparison.js';
import { adjustedP, correctionWords, floorWarnings, omnibusP, ownP } from '../../../report/words/p-values.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';

const comparison = (more: Partial<MetricComparison>): MetricComparison => ({
  ...{ metric: 'toxicity.mean', n: 10, first: 1, second: 0, difference: -1, low: -1, high: -1 },
  ...{ test: 'sign-flip', pValue: 0.01, pAdjusted: 0.02, ...more },
});

describe('p-values', () => {
  it('are bounds where they are the smallest that so many draws can give', () => {
    const floors = { pValue: 1 / 201, pAdjusted: 6 / 201 };
    expect(ownP(comparison({ pValue: 1 / 201, floors }))).toBe('< 0.0050');
    expect(adjustedP(comparison({ pAdjusted: 6 / 201, floors }))).toBe('< 0.030');
    expect(ownP(comparison({ pValue: 2 / 201, floors }))).toBe('0.0100');
    expect(adjustedP(comparison({ pAdjusted: 8 / 201, floors }))).toBe('0.040');
  });

  it('are shown as they are where they are exact, or a report does not say', () => {
    expect(ownP(comparison({ pValue: 1 / 16 }))).toBe('0.063');
    expect(adjustedP(comparison({ pAdjusted: null }))).toBe('–');
  });

  it('of omnibus tests are bounds when no draw has so large a statistic', () => {
    const test = { ...{ metric: 'm', operator: 'ext' as const, setting: 0, n: 9, arms: [], statistic: 1 } };
    expect(omnibusP({ ...test, pValue: 1 / 201, pAdjusted: 3 / 201 }, 200)).toEqual({
      own: '< 0.0050',
      adjusted: '< 0.015',
    });
    expect(omnibusP({ ...test, pValue: 2 / 201, pAdjusted: 6 / 201 }, 200)).toEqual({
      own: '0.0100',
      adjusted: '0.030',
    });
  });
});

describe('correctionWords', () => {
  it("says what was done, and Holm's method for reports that do not say", () => {
    expect(correctionWords({})).toContain('Holm');
    const words = correctionWords({ correction: { method: 'max-t', version: 1, draws: 500 } });
    expect(words).toContain('500 draws of random signs');
    expect(words).toContain('symmetric differences or many examples');
  });
});

describe('floorWarnings', () => {
  const family = (more: Partial<ComparisonFamily>): ComparisonFamily => ({
    ...{ metric: 'toxicity.mean', pairs: 3, n: 5, draws: 31, isExact: true, floor: 1 / 16, same: [], ...more },
  });
  const report = (families: readonly ComparisonFamily[], pAdjusted: number, method: 'max-t' | 'holm' = 'max-t') => {
    const { comparisons } = sampleReport();
    const pairs = comparisons.pairs.map((pair) => ({
      ...pair,
      metrics: pair.metrics.map((one) => ({ ...one, pAdjusted })),
    }));
    return sampleReport({
      comparisons: { ...comparisons, pairs, families, correction: { method, version: 1, draws: 100 } },
    });
  };

  it('warn that too few examples decide', () => {
    const text =
      'toxicity.mean: with 5 examples no p can be below 0.063, so no difference is called clear; evaluate more examples';
    expect(floorWarnings(report([family({})], 1 / 16))).toEqual([text]);
    expect(collectWarnings(report([family({})], 1 / 16))).toContain(text);
  });

  it('warn that too few draws decide', () => {
    const families = [family({ isExact: false, draws: 100, floor: 0.059 })];
    expect(floorWarnings(report(families, 0.059, 'holm'))).toEqual([
      'toxicity.mean: with 100 draws and 3 pairs no adjusted p can be below 0.059, so no difference is called clear; raise compare.draws',
    ]);
  });

  it('say nothing where no pair is at the floor, the floor is low enough, or the metric is an auxiliary one', () => {
    expect(floorWarnings(report([family({})], 0.5))).toEqual([]);
    expect(floorWarnings(report([family({ floor: 0.001 })], 0.001))).toEqual([]);
    expect(floorWarnings(report([family({ metric: 'toxicity.empty' })], 1 / 16))).toEqual([]);
    expect(floorWarnings(sampleReport())).toEqual([]);
  });

  it('warn of omnibus tests that so few draws cannot tell', () => {
    const study = sampleStudy();
    const { effects } = study.study;
    const omnibus = effects.omnibus.map((test, i) => ({
      ...test,
      pValue: i === 0 ? 1 / 101 : 0.5,
      pAdjusted: i === 0 ? 0.06 : 1,
    }));
    const found = floorWarnings({ ...study, study: { ...study.study, effects: { ...effects, draws: 100, omnibus } } });
    expect(found).toEqual([
      `${omnibus[0]?.metric ?? ''}: 100 draws are too few to tell orders apart after Holm’s correction; raise compare.draws`,
    ]);
  });
});
