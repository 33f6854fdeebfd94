import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricProduct } from '../../../core/numeric/symmetric-product.js';
import { randomFactors } from '../../support/lora.js';

describe('symmetricProduct', () => {
  it('sums in the order of the columns, whatever the blocks, tiles and parts', () => {
    const heights = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(heights, fc.integer({ min: 1, max: 600 }), fc.nat(9999), (ranks, width, seed) => {
        const parts = ranks.map((rank, j) => randomFactors(seed + j, { rows: 1, width, rank }).a);
        const stacked = parts.flatMap((part) => [...part]);
        const rows = stacked.length / width;
        const product = symmetricProduct(parts, width);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < rows; j++) {
            let expected = 0;
            for (let k = 0; k < width; k++) {
              expected += (stacked[i * width + k] ?? NaN) * (stacked[j * width + k] ?? NaN);
            }
            expect(product[i * rows + j]).toBe(expected);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
