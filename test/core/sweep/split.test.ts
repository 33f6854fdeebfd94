import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { metricValues } from '../../../core/evaluation/metric-values.js';
import type { ExampleResult, MetricDefinition } from '../../../core/evaluation/types.js';
import { sweepColumns } from '../../../core/sweep/report.js';
import { inChooseHalf, pointMetrics, splitExamples } from '../../../core/sweep/split.js';
import { decimal, finish, list } from './fixtures.js';

const METRICS: readonly MetricDefinition[] = [
  { name: 'mc1', title: 'mc1', higherIsBetter: true, kind: 'accuracy', unit: 'share' },
  { name: 'ppl', title: 'ppl', higherIsBetter: false, kind: 'perplexity', unit: 'number' },
];

function example(id: string, mc1: number | null, ppl: number, weight: number): ExampleResult {
  return { id, promptDigest: digestOf(id), scores: { mc1, ppl }, weight, detail: {} };
}

describe('the split', () => {
  it('depends on seed and id alone, and is balanced', () => {
    for (const seed of [0, 1, 2308]) {
      const chosen = Array.from({ length: 2000 }, (_, id) => inChooseHalf(seed, String(id)));
      // five standard deviations
      expect(Math.abs(chosen.filter(Boolean).length - 1000)).toBeLessThan(5 * Math.sqrt(500));
      expect(chosen).toEqual(Array.from({ length: 2000 }, (_, id) => inChooseHalf(seed, String(id))));
    }
    const differing = Array.from(
      { length: 2000 },
      (_, id) => inChooseHalf(1, String(id)) !== inChooseHalf(2, String(id)),
    );
    expect(Math.abs(differing.filter(Boolean).length - 1000)).toBeLessThan(5 * Math.sqrt(500));
  });

  it('puts every example into one half, and keeps the halves of a smaller sample', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.integer(), (ids, seed) => {
        const examples = ids.map((id) => ({ id }));
        const { choose, report } = splitExamples(examples, seed);
        expect(choose.length + report.length).toBe(ids.length);
        expect(examples.filter((one) => choose.includes(one))).toEqual(choose);
        const smaller = splitExamples(examples.slice(0, ids.length / 2), seed);
        expect(choose.slice(0, smaller.choose.length)).toEqual(smaller.choose);
        expect(report.slice(0, smaller.report.length)).toEqual(smaller.report);
      }),
    );
  });
});

describe('pointMetrics', () => {
  const examples = Array.from({ length: 40 }, (_, i) =>
    example(`q${i}`, i === 7 ? null : i % 3 === 0 ? 1 : 0, 20 + i, 10),
  );

  it('has the values of all examples and of each half', () => {
    const { choose, report } = splitExamples(examples, 4);
    const metrics = pointMetrics(METRICS, examples, 4);
    for (const { name } of METRICS) {
      expect(metrics[name]).toEqual({
        all: metricValues(METRICS, examples)[name],
        choose: metricValues(METRICS, choose)[name],
        report: metricValues(METRICS, report)[name],
      });
    }
    expect(metrics['mc1']?.all.n).toBe(39);
    expect((metrics['ppl']?.choose.n ?? 0) + (metrics['ppl']?.report.n ?? 0)).toBe(40);
    expect(metrics['mc1']?.choose.value).not.toBe(metrics['mc1']?.report.value);
  });

  it('has no value for a half without examples', () => {
    const { choose, report } = pointMetrics(METRICS, examples.slice(0, 1), 4)['ppl'] ?? {};
    expect([choose?.value, report?.value]).toContain(null);
    expect((choose?.n ?? 0) + (report?.n ?? 0)).toBe(1);
  });
});

describe('sweepColumns', () => {
  it('lists points of full size by index, with null for a metric that one lacks', () => {
    const variables = [list('a', ['0.1', 2]), list('b', [3])];
    const at = (index: number, a: string, metrics: Record<string, number>) =>
      finish({ index, values: [decimal(a), decimal(3)] }, metrics);
    const finished = [
      at(4, '2', { 'mc.mc1': 0.25 }),
      { ...at(2, '0.1', { 'mc.mc1': 0.9 }), samples: 10 },
      at(0, '0.1', { 'mc.mc1': 0.5, 'tox.mean': 0.125 }),
    ];
    const columns = sweepColumns({ variables }, finished);
    expect(columns.index).toEqual([0, 4]);
    expect(columns.values).toEqual({ a: [0.1, 2], b: [3, 3] });
    expect(columns.distance).toEqual([0.5, 0.5]);
    expect(Object.keys(columns.metrics)).toEqual(['mc.mc1', 'tox.mean']);
    expect(columns.metrics['mc.mc1']?.choose).toEqual({ value: [0.5, 0.25], stderr: [null, null], n: [10, 10] });
    expect(columns.metrics['mc.mc1']?.report.value).toEqual([-1000.5, -1000.25]);
    expect(columns.metrics['tox.mean']?.all).toEqual({ value: [0.125, null], stderr: [null, null], n: [10, 0] });
  });
});
