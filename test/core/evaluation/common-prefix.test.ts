import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commonPrefixLength } from '../../../core/evaluation/common-prefix.js';

it('is 0 of no sequences, and the whole of one', () => {
  expect(commonPrefixLength([])).toBe(0);
  expect(commonPrefixLength([[1, 2]])).toBe(2);
});

it('is the longest beginning that all sequences have', () => {
  const token = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(fc.array(fc.array(token, { maxLength: 6 }), { minLength: 1, maxLength: 5 }), (sequences) => {
      const beginsAlike = (length: number): boolean =>
        sequences.every(
          (row) => row.length >= length && String(row.slice(0, length)) === String(sequences[0]?.slice(0, length)),
        );
      const length = commonPrefixLength(sequences);
      expect([beginsAlike(length), beginsAlike(length + 1)]).toEqual([true, false]);
    }),
  );
});
