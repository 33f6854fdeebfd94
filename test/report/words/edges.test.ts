import { describe, expect, it } from 'vitest';
import type { SweepReport, SweepVariable } from '../../../core/sweep/types.js';
import { edgesOf, edgeWarnings } from '../../../report/words/edges.js';
import { recommendation } from '../../../report/words/sweep.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import { decimal } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';

/** The sample with other variables, and these values at its recommended point. */
function at(values: Readonly<Record<string, number>>, variables?: readonly SweepVariable[]): SweepReport {
  const { sweep } = sampleSweep();
  const { points, choice, plan } = sweep;
  const place = points.index.indexOf(choice.recommended ?? -1);
  return {
    ...sweep,
    plan: { ...plan, variables: variables ?? plan.variables },
    points: {
      ...points,
      values: Object.fromEntries(
        Object.entries({ ...points.values, ...values }).map(([name]) => [
          name,
          points.index.map((_, i) => (i === place ? (values[name] ?? 1) : (points.values[name]?.[i] ?? 1))),
        ]),
      ),
    },
  };
}

describe('the edge of a range', () => {
  it('is told when the recommended point is there, with how to go beyond', () => {
    const sweep = at({ a: 2, b: 1 });
    expect(edgesOf(sweep)).toEqual([{ name: 'a', end: 'upper', value: '2', from: '0.2', to: '2' }]);
    expect(edgeWarnings(sweep)).toEqual([
      'the recommended a = 2 is at the upper end of its range (0.2 to 2), and a better value may exist beyond it: widen over: { a: … } and run the spec ' +
        'again (ominus run --extend while it runs); finished points are not evaluated again',
    ]);
    const report = { ...sampleSweep(), sweep };
    expect(collectWarnings(report)).toEqual(expect.arrayContaining([...edgeWarnings(sweep)]));
    expect(recommendation(report, sweep)).toContain(
      'a is at the upper end of its range: a better point may exist beyond it.',
    );
    expect(edgesOf(at({ a: 0.2, b: 0.25 })).map(({ name, end }) => `${name} ${end}`)).toEqual(['a lower', 'b lower']);
  });

  it('is not told inside of the range, at λ = 0, or where there is one value', () => {
    expect(edgesOf(at({ a: 1.8, b: 0.5 }))).toEqual([]);
    const list = (name: string, ...values: readonly number[]): SweepVariable => ({
      ...{ kind: 'values', name, scale: 'linear' },
      values: values.map((value) => decimal(String(value))),
    });
    expect(edgesOf(at({ a: 0 }, [list('a', 0, 1, 2)]))).toEqual([]);
    expect(edgesOf(at({ a: 1 }, [list('a', 1)]))).toEqual([]);
    expect(edgesOf(sampleSweep({ objective: false }).sweep)).toEqual([]);
  });

  it('of an interval is as good as reached within a fiftieth of it, on its own scale', () => {
    const interval = (scale: 'linear' | 'log'): SweepVariable => ({
      ...{ kind: 'interval', name: 'a', scale },
      ...{ from: decimal('0.01'), to: decimal('1') },
    });
    expect(edgesOf(at({ a: 0.985 }, [interval('linear')])).map(({ end }) => end)).toEqual(['upper']);
    expect(edgesOf(at({ a: 0.95 }, [interval('linear')]))).toEqual([]);
    // a log scale from 0.01 to 1: 0.93 is at 98.4 %
    expect(edgesOf(at({ a: 0.93 }, [interval('log')])).map(({ end }) => end)).toEqual(['upper']);
    expect(edgesOf(at({ a: 0.0105 }, [interval('log')])).map(({ end }) => end)).toEqual(['lower']);
  });
});
