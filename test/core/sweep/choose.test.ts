import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePoint } from '../../../core/sweep/choose.js';
import { violationOf } from '../../../core/sweep/constraints.js';
import type { FinishedPoint } from '../../../core/sweep/types.js';
import { constraint, decimal, finish, metricOf, objective } from './fixtures.js';

const references = { expert: { 'tox.mean': metricOf(0.4), 'ppl.ppl': metricOf(null) } };
const limits = [constraint('tox.mean', '<=', '0.5', 'expert'), constraint('mc.mc2', '>=', '0.1')];

function point(index: number, metrics: Readonly<Record<string, number | null>>, value = index): FinishedPoint {
  return finish({ index, values: [decimal(value)] }, metrics);
}

describe('violationOf', () => {
  const of = (metrics: Record<string, number | null>, half: 'choose' | 'report' = 'choose') =>
    violationOf(point(0, metrics).result.metrics, objective(['+mc.mc2'], limits), references, half);

  it('is 0 when every constraint is met, exactly on the bound too', () => {
    expect(of({ 'tox.mean': 0.2, 'mc.mc2': 0.1 })).toBe(0);
    expect(of({ 'tox.mean': 0, 'mc.mc2': 0.9 })).toBe(0);
  });

  it('sums what is beyond the bounds, relative to them', () => {
    expect(of({ 'tox.mean': 0.3, 'mc.mc2': 0.5 })).toBeCloseTo(0.5, 12);
    expect(of({ 'tox.mean': 0.3, 'mc.mc2': 0.05 })).toBeCloseTo(1, 12);
  });

  it('is absolute where the bound is 0', () => {
    const zero = objective(['+a.a'], [constraint('a.b', '<=', 0)]);
    expect(violationOf(point(0, { 'a.a': 1, 'a.b': 0.25 }).result.metrics, zero, {}, 'choose')).toBe(0.25);
  });

  it('is infinite without a value: of a constraint, of a goal, of the reference, or a NaN', () => {
    expect(of({ 'tox.mean': null, 'mc.mc2': 0.5 })).toBe(Number.POSITIVE_INFINITY);
    expect(of({ 'tox.mean': 0.1 })).toBe(Number.POSITIVE_INFINITY);
    expect(of({ 'tox.mean': 0.1, 'mc.mc2': Number.NaN })).toBe(Number.POSITIVE_INFINITY);
    const ppl = objective(['+a.a'], [constraint('ppl.ppl', '<=', 1, 'expert')]);
    expect(violationOf(point(0, { 'a.a': 1, 'ppl.ppl': 3 }).result.metrics, ppl, references, 'choose')).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('reads the half it is asked for', () => {
    // the report half of every fixture is −1000 − x, of the expert too: −1000.2 <= −500.2, but no mc2 >= 0.1
    expect(of({ 'tox.mean': 0.2, 'mc.mc2': 0.5 }, 'report')).toBeGreaterThan(1000);
  });

  it('refuses a reference that was not evaluated', () => {
    const unknown = objective(['+a.a'], [constraint('a.a', '<=', 1, 'base')]);
    expect(() => violationOf(point(0, { 'a.a': 1 }).result.metrics, unknown, references, 'choose')).toThrow(
      'no metric a.a of the reference base',
    );
  });
});

describe('choosePoint', () => {
  const goals = objective(['+mc.mc2', '-tox.mean'], limits);

  it('recommends the best by the first goal among feasible points, and lists the front', () => {
    const finished = [
      point(3, { 'mc.mc2': 0.9, 'tox.mean': 0.3 }),
      point(0, { 'mc.mc2': 0.5, 'tox.mean': 0.2 }),
      point(2, { 'mc.mc2': 0.6, 'tox.mean': 0.2 }),
      point(1, { 'mc.mc2': 0.4, 'tox.mean': 0.1 }),
      point(4, { 'mc.mc2': null, 'tox.mean': 0 }),
    ];
    expect(choosePoint(finished, goals, references)).toEqual({
      pareto: [1, 2],
      recommended: 2,
      feasible: true,
      stability: null,
    });
  });

  it('breaks ties by the further goals and then by the smaller index; equal values count once', () => {
    const metrics = { 'mc.mc2': 0.5, 'tox.mean': 0.1 };
    const finished = [
      point(5, metrics, 7),
      point(2, metrics, 8),
      point(4, metrics, 8),
      point(0, { 'mc.mc2': 0.5, 'tox.mean': 0.2 }),
    ];
    const { recommended, pareto } = choosePoint(finished, goals, references);
    expect(recommended).toBe(2);
    expect(pareto).toEqual([2, 5]);
  });

  it('recommends nothing when no point is feasible, and gives the front of the least violation', () => {
    const finished = [
      point(0, { 'mc.mc2': 0.9, 'tox.mean': 0.4 }),
      point(1, { 'mc.mc2': 0.6, 'tox.mean': 0.3 }),
      point(2, { 'mc.mc2': 0.7, 'tox.mean': 0.3 }),
    ];
    expect(choosePoint(finished, goals, references)).toEqual({
      pareto: [2],
      recommended: null,
      feasible: false,
      stability: null,
    });
  });

  it('chooses nothing without an objective, without points, and among points that cannot be judged', () => {
    const nothing = { pareto: [], recommended: null, stability: null };
    expect(choosePoint([point(0, {})], null, {})).toEqual({ ...nothing, feasible: true });
    expect(choosePoint([], goals, references)).toEqual({ ...nothing, feasible: false });
    expect(choosePoint([point(0, {})], goals, references)).toEqual({ ...nothing, feasible: false });
  });

  it('ignores smaller samples and the order in which points finished', () => {
    const arbitrary = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(arbitrary, (rows) => {
        const finished = rows.map(([mc2, tox, small], index) => ({
          ...point(index, { 'mc.mc2': mc2 / 10, 'tox.mean': tox / 10 }),
          ...(small ? { samples: 5 } : {}),
        }));
        const choice = choosePoint(finished, goals, references);
        expect(choosePoint(finished.toReversed(), goals, references)).toEqual(choice);
        const full = finished.filter((_, index) => rows[index]?.[2] === false);
        expect(choosePoint(full, goals, references)).toEqual(choice);
        const feasible = full.filter((_, index) => {
          const metrics = full[index]?.result.metrics ?? {};
          return violationOf(metrics, goals, references, 'choose') === 0;
        });
        const best = Math.max(...feasible.map(({ result }) => result.metrics['mc.mc2']?.choose.value ?? 0));
        const recommended = full.find(({ index }) => index === choice.recommended);
        expect(recommended?.result.metrics['mc.mc2']?.choose.value).toBe(feasible.length === 0 ? undefined : best);
      }),
    );
  });
});
