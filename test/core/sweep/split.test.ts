import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { metricValues } from '../../../core/evaluation/metric-values.js';
import type { BenchmarkUse } from '../../../core/evaluation/benchmark-use.js';
import type { ExampleResult, MetricDefinition } from '../../../core/evaluation/types.js';
import { sweepColumns } from '../../../core/sweep/report.js';
import {
  blockInChooseHalf,
  chooseHalf,
  inChooseHalf,
  pointMetrics,
  splitExamples,
  splitOf,
} from '../../../core/sweep/split.js';
import { decimal, finish, list } from './fixtures.js';

const METRICS: readonly MetricDefinition[] = [
  { name: 'mc1', title: 'mc1', higherIsBetter: true, kind: 'accuracy', unit: 'share' },
  { name: 'ppl', title: 'ppl', higherIsBetter: false, kind: 'perplexity', unit: 'number' },
];

const use = (label: string): BenchmarkUse => ({
  ...{ benchmark: label, label, parameters: {} },
  data: { uri: 'data', digest: digestOf('data'), sizeBytes: 1 },
});

function example(id: string, mc1: number | null, ppl: number, weight: number): ExampleResult {
  return { id, promptDigest: digestOf(id), scores: { mc1, ppl }, weight, detail: {} };
}

const DATA = digestOf('data');
/** Of the ids 0 to 11 with seed 0, as 0.1.0 split them. */
const V1_CHOSEN = ['1', '4', '7', '9', '11'];

describe('version 1 of the split', () => {
  it('depends on seed and id alone, and is balanced', () => {
    for (const seed of [0, 1, 2308]) {
      const chosen = Array.from({ length: 2000 }, (_, id) => inChooseHalf(seed, String(id)));
      // five standard deviations
      expect(Math.abs(chosen.filter(Boolean).length - 1000)).toBeLessThan(5 * Math.sqrt(500));
    }
    const differing = Array.from(
      { length: 2000 },
      (_, id) => inChooseHalf(1, String(id)) !== inChooseHalf(2, String(id)),
    );
    expect(Math.abs(differing.filter(Boolean).length - 1000)).toBeLessThan(5 * Math.sqrt(500));
  });

  it('is what 0.1.0 had', () => {
    const ids = Array.from({ length: 12 }, (_, id) => String(id));
    expect(ids.filter((id) => inChooseHalf(0, id))).toEqual(V1_CHOSEN);
    const isChosenBy = splitOf({ splitSeed: 0, benchmarks: [use('toxicity')] })('toxicity');
    expect(ids.filter(isChosenBy)).toEqual(V1_CHOSEN);
  });
});

describe('version 2 of the split', () => {
  const ids = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 60 });

  it('has exactly half of the ids on a side, and the one that is left on either', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (all, seed) => {
        const chosen = chooseHalf(seed, DATA, all);
        expect([Math.floor(all.length / 2), Math.ceil(all.length / 2)]).toContain(chosen.size);
        expect(all).toEqual(expect.arrayContaining([...chosen]));
      }),
    );
  });

  it('does not depend on the order of the ids, but on seed and data', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (all, seed) => {
        expect([...chooseHalf(seed, DATA, [...all].reverse())].sort()).toEqual([...chooseHalf(seed, DATA, all)].sort());
      }),
    );
    const many = Array.from({ length: 2000 }, (_, id) => String(id));
    const own = chooseHalf(0, DATA, many);
    for (const other of [chooseHalf(1, DATA, many), chooseHalf(0, digestOf('other data'), many)]) {
      const common = many.filter((id) => other.has(id) === own.has(id)).length;
      // five standard deviations
      expect(Math.abs(common - 1000)).toBeLessThan(5 * Math.sqrt(500));
    }
  });

  it('draws a fair half: every id goes to either side, and first examples are no better than others', () => {
    const many = Array.from({ length: 30 }, (_, id) => String(id));
    const counts = many.map(() => 0);
    for (let seed = 0; seed < 400; seed++) {
      const chosen = chooseHalf(seed, DATA, many);
      many.forEach((id, place) => (counts[place] = (counts[place] ?? 0) + (chosen.has(id) ? 1 : 0)));
    }
    for (const count of counts) {
      // four and a half standard deviations of 400 coins
      expect(Math.abs(count - 200)).toBeLessThan(45);
    }
  });

  it('pairs blocks that follow one another', () => {
    const blocks = Array.from({ length: 200 }, (_, id) => `block-${id}`);
    const chosen = blocks.map((id) => blockInChooseHalf(3, DATA, id));
    for (let first = 0; first < blocks.length; first += 2) {
      expect(chosen[first]).not.toBe(chosen[first + 1]);
    }
    const evens = chosen.filter((isChosen, place) => place % 2 === 0 && isChosen).length;
    expect(Math.abs(evens - 50)).toBeLessThan(25);
    expect(() => blockInChooseHalf(3, DATA, '17')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('is read from the plan by label; of blocks it follows from their number', () => {
    const split = { version: 2, choose: { gsm: ['1', '2'] } };
    const isChosenBy = splitOf({ splitSeed: 3, split, benchmarks: [use('gsm'), use('text')] });
    expect(['0', '1', '2', '3'].filter(isChosenBy('gsm'))).toEqual(['1', '2']);
    const blocks = ['block-0', 'block-1', 'block-2', 'block-3'];
    expect(blocks.filter(isChosenBy('text'))).toEqual(blocks.filter((id) => blockInChooseHalf(3, DATA, id)));
  });

  it('keeps the order of examples, and puts each on one side', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (all, seed) => {
        const chosen = chooseHalf(seed, DATA, all);
        const examples = all.map((id) => ({ id }));
        const { choose, report } = splitExamples(examples, (id) => chosen.has(id));
        expect(examples.filter((one) => choose.includes(one))).toEqual(choose);
        expect(examples.filter((one) => !choose.includes(one))).toEqual(report);
      }),
    );
  });
});

describe('pointMetrics', () => {
  const isEarly = (id: string): boolean => Number(id.slice(1)) < 17;
  const examples = Array.from({ length: 40 }, (_, i) =>
    example(`q${i}`, i === 7 ? null : i % 3 === 0 ? 1 : 0, 20 + i, 10),
  );

  it('has the values of all examples and of each half', () => {
    const { choose, report } = splitExamples(examples, isEarly);
    const metrics = pointMetrics(METRICS, examples, isEarly);
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
    const { choose, report } = pointMetrics(METRICS, examples.slice(0, 1), isEarly)['ppl'] ?? {};
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
