import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arithmetic, INFINITY_BITS } from '../../../core/numeric/arithmetic.js';
import { KERNEL_BYTES } from '../../../core/numeric/kernel/bytes.js';
import { loadKernel } from '../../../core/numeric/kernel/load.js';
import { plainArithmetic } from '../../../core/numeric/plain-arithmetic.js';
import { createSimdArithmetic } from '../../../core/numeric/simd-arithmetic.js';
import { compileKernel } from '../../../scripts/build-kernel.js';
import { random } from '../../support/lora.js';

const kernel = loadKernel();
if (kernel === undefined) {
  throw new Error('the kernel does not run on this machine, so it cannot be tested here');
}
const simd = createSimdArithmetic(kernel);

/** Values of all magnitudes, with zeros of both signs. */
function values(seed: number, length: number, spread = 20): Float32Array {
  const next = random(seed);
  return new Float32Array(length).map(() => {
    const value = next() * 2 ** Math.round(next() * spread);
    return Math.abs(value) < 2 ** -spread * 2 ? value * 0 : value;
  });
}

/** Bytes, so that the signs of zeros and the payloads of NaN are compared too. */
function bytes(array: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
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

  it('for inner products of any rows of float64', () => {
    fc.assert(
      fc.property(seed, fc.array(rank, { maxLength: 4 }), fc.integer({ min: 1, max: 1100 }), (start, ranks, width) => {
        const parts = ranks.map((height, j) =>
          Float64Array.from(values(start + j, height * width), (x) => x * Math.PI),
        );
        expect(bytes(simd.symmetricProduct(parts, width))).toEqual(
          bytes(plainArithmetic.symmetricProduct(parts, width)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['float32', (source: Float32Array) => source],
    ['float64', (source: Float32Array) => Float64Array.from(source, (value) => value * Math.E)],
  ])('for products of rows of any ranks in %s', (_, rowsFrom) => {
    fc.assert(
      fc.property(seed, rank, rank, fc.integer({ min: 1, max: 3000 }), fc.boolean(), (start, m, n, rows, isOwn) => {
        const x = rowsFrom(values(start, rows * m));
        const y = isOwn ? x : rowsFrom(values(start + 1, rows * n));
        const width = isOwn ? m : n;
        const matrix = Float64Array.from(values(start + 2, m * width), (value, place) =>
          isOwn && place % m < Math.floor(place / m) ? 0 : value * Math.PI,
        );
        const [ours, plain] = [new Float64Array(rows), new Float64Array(rows)];
        const operands = { x, m, y, n: width, matrix, isUpper: isOwn, scale: 0.3 };
        simd.bilinearRows({ ...operands, out: ours });
        plainArithmetic.bilinearRows({ ...operands, out: plain });
        expect(Buffer.compare(bytes(ours), bytes(plain))).toBe(0);
      }),
      { numRuns: 60 },
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
