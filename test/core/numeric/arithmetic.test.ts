import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arithmetic } from '../../../core/numeric/arithmetic.js';
import { INFINITY_BITS } from '../../../core/numeric/arithmetic-types.js';
import { REMOVALS } from '../../../core/algebra/operators/registry.js';
import { KERNEL_BYTES } from '../../../core/numeric/kernel/bytes.js';
import { plainArithmetic } from '../../../core/numeric/plain-arithmetic.js';
import { compileKernel } from '../../../scripts/build-kernel.js';
import { bytes, simd } from '../../support/kernel.js';
import { random } from '../../support/lora.js';

/** Values of all magnitudes, with zeros of both signs. */
function values(seed: number, length: number, spread = 20): Float32Array {
  const next = random(seed);
  return new Float32Array(length).map(() => {
    const value = next() * 2 ** Math.round(next() * spread);
    return Math.abs(value) < 2 ** -spread * 2 ? value * 0 : value;
  });
}

const seed = fc.nat(99_999);
const length = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 16_370, max: 33_000 }));
const rank = fc.integer({ min: 1, max: 13 });

describe('the kernel', () => {
  it('is compiled from its source', async () => {
    expect(Buffer.from(await compileKernel()).toString('base64')).toBe(KERNEL_BYTES);
  });

  it('is what is used where it runs', () => {
    expect(arithmetic()).not.toBe(plainArithmetic);
  });
});

describe('kernel and plain TypeScript give the same bits', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, half) => half);

  it.each(['F16', 'BF16'] as const)('for every %s that is widened', (dtype) => {
    const [ours, plain] = [new Float32Array(65_536), new Float32Array(65_536)];
    expect(simd.widen(all, dtype, ours)).toBe(plainArithmetic.widen(all, dtype, plain));
    expect(Buffer.compare(bytes(ours), bytes(plain))).toBe(0);
  });

  it.each(['F16', 'BF16'] as const)('for any float32 that is rounded to %s', (dtype) => {
    fc.assert(
      fc.property(fc.uint32Array({ maxLength: 100 }), (bits) => {
        const source = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
        const [ours, plain] = [new Uint16Array(bits.length), new Uint16Array(bits.length)];
        simd.narrow(source, dtype, ours);
        plainArithmetic.narrow(source, dtype, plain);
        expect(bytes(ours)).toEqual(bytes(plain));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['F16', 'BF16'] as const)('for ties, limits and their neighbours in %s', (dtype) => {
    const exact = new Float32Array(65_536);
    plainArithmetic.widen(all, dtype, exact);
    const bits = new Uint32Array(exact.buffer);
    const half = dtype === 'F16' ? 0x1000 : 0x8000;
    for (const offset of [-half - 1, -half, -half + 1, -1, 0, 1, half - 1, half, half + 1]) {
      const source = new Float32Array(bits.map((value) => value + offset).buffer);
      const [ours, plain] = [new Uint16Array(65_536), new Uint16Array(65_536)];
      simd.narrow(source, dtype, ours);
      plainArithmetic.narrow(source, dtype, plain);
      expect(Buffer.compare(bytes(ours), bytes(plain)), String(offset)).toBe(0);
    }
  });

  it('for conversions of any length, and they leave the rest alone', () => {
    fc.assert(
      fc.property(seed, length, (start, count) => {
        const source = values(start, count);
        const halves = [new Uint16Array(count + 1).fill(7), new Uint16Array(count + 1).fill(7)] as const;
        simd.narrow(source, 'F16', halves[0].subarray(0, count));
        plainArithmetic.narrow(source, 'F16', halves[1].subarray(0, count));
        expect(Buffer.compare(bytes(halves[0]), bytes(halves[1]))).toBe(0);
        const [ours, plain] = [new Float32Array(count), new Float32Array(count)];
        const most = simd.widen(halves[0].subarray(0, count), 'F16', ours);
        expect(most).toBe(plainArithmetic.widen(halves[1].subarray(0, count), 'F16', plain));
        expect(Buffer.compare(bytes(ours), bytes(plain))).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('for the largest magnitude, at any place, of whatever kind', () => {
    fc.assert(
      fc.property(
        seed,
        length,
        fc.constantFrom(NaN, -Infinity, 1e30, -1e30, 0),
        fc.nat(),
        (start, count, odd, place) => {
          const source = values(start, count + 1);
          source[place % (count + 1)] = odd;
          const most = simd.largest(source);
          expect(most).toBe(plainArithmetic.largest(source));
          expect(most < INFINITY_BITS).toBe(Number.isFinite(odd));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('for symmetric products of any parts', () => {
    fc.assert(
      fc.property(seed, fc.array(rank, { maxLength: 4 }), fc.integer({ min: 1, max: 1100 }), (start, ranks, width) => {
        const parts = ranks.map((height, j) => values(start + j, height * width));
        expect(bytes(simd.symmetricProduct(parts, width))).toEqual(
          bytes(plainArithmetic.symmetricProduct(parts, width)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('for rows that are changed in slots, compared and set back, silent rows included', () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      dimensions: fc.integer({ min: 1, max: 5 }),
      slots: fc.constant(5),
      lines: fc.integer({ min: 2, max: 7 }),
      zeroShare: fc.constant(1e-12),
    });
    const slot = fc.nat(4);
    const steps = Object.values(REMOVALS).flatMap(({ order }) => (order.matters ? [order.step] : []));
    const step = fc.tuple(
      fc.constantFrom(...steps, 'line' as const),
      slot,
      slot,
      slot,
      fc.double({ min: 0, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(seed, shape, fc.array(step, { maxLength: 30 }), (start, one, taken) => {
        const both = [simd.rowSlots(one), plainArithmetic.rowSlots(one)] as const;
        const count = 1 + (start % one.rows);
        for (const slots of both) {
          for (let at = 0; at < one.slots; at++) {
            const vectors = Float64Array.from(values(start + at, count * one.dimensions), (x) => x * Math.PI);
            // Every third row counts as zero.
            slots.fill(
              at,
              vectors,
              new Float64Array(count).map((_, i) => (i % 3 === 2 ? 0 : Math.hypot(...vectors))),
            );
          }
          slots.setReference(start % one.slots);
          for (let line = 1; line < one.lines; line++) {
            slots.putLine(line, line % one.slots);
          }
          for (const [place, [what, from, other, to, half]] of taken.entries()) {
            if (what !== 'line') {
              slots.step(what, from, other, to, { half, scale: 1 + half });
            } else {
              slots.putLine(1 + (place % (one.lines - 1)), to);
            }
          }
        }
        const [ours, plain] = both.map((slots) => {
          const { values: products, stride } = slots.products();
          const pairs = Array.from({ length: one.lines }, (_, i) =>
            Array.from({ length: one.lines - i }, (_, j) => [i, i + j] as const),
          );
          return pairs.flat().map(([i, j]) => [products[i * stride + j], slots.squaredDistance(i, j)]);
        });
        expect(ours).toEqual(plain);
        expect(plain?.flat().every((value) => value !== undefined)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('for scaled rows of any widths, also where they overflow', () => {
    fc.assert(
      fc.property(
        seed,
        fc.array(rank, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        (start, widths, rows) => {
          const parts = widths.map((width, j) => ({
            b: values(start + j, rows * width),
            width,
            weights: Float64Array.from(values(start - j, rows, 120)),
          }));
          const size = rows * widths.reduce((sum, width) => sum + width, 0);
          const [ours, plain] = [new Float32Array(size), new Float32Array(size)];
          expect(simd.scaleRows(parts, ours)).toBe(plainArithmetic.scaleRows(parts, plain));
          expect(Buffer.compare(bytes(ours), bytes(plain))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
