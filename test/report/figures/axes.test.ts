import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisOf } from '../../../report/figures/kit/axes.js';

describe('axisOf', () => {
  const range = [0, 300] as const;

  it('begins at 0 or above where no value is negative', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    const examples: [number[]][] = [[[0, 5e-324]], [[1, 1 + Number.EPSILON]], [[0]]];
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const { ticks } = axisOf({ values, range, unit: 'number' });
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(20);
        expect(Math.min(...ticks.map(({ at }) => at))).toBeGreaterThanOrEqual(0);
      }),
      { examples },
    );
  });

  it('writes thousands without commas, as tables do', () => {
    const { ticks } = axisOf({ values: [-6000, 5421.3], range, unit: 'number' });
    expect(ticks.map(({ text }) => text)).toEqual(['−8000', '−6000', '−4000', '−2000', '0', '2000', '4000', '6000']);
  });
});
