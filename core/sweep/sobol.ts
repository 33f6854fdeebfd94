/** The Sobol sequence (Sobol 1967; direction numbers of Joe and Kuo 2008), any point of it by its index. */
import { OminusError } from '../errors.js';
import { hashedUnit } from '../statistics/hashed-unit.js';
import { SOBOL_DIRECTIONS } from './sobol-directions.js';

/** Most free variables that a Sobol search, or the first generation of an optimization, covers. */
export const SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length + 1;

const BITS = 32;

/** Direction vectors by dimension: v_1 … v_32 as binary fractions of 32 bits. */
const VECTORS: readonly Uint32Array[] = Array.from({ length: SOBOL_DIMENSIONS }, (_, dimension) =>
  directionVectors(dimension),
);

/**
 * A point of the sequence in Gray code order (Antonov and Saleev 1979), the order in which `scipy.stats.qmc.Sobol` gives it.
 *
 * With a seed the points get a digital shift: one random number of 32 bits per dimension, drawn from the seed, is combined
 * with every point by exclusive or. The shift keeps how evenly any 2^k successive points cover the cube, and moves the first
 * point away from the corner 0.
 *
 * @param index - in [0, 2³²)
 * @param seed - absent: the sequence itself
 * @returns coordinates in [0, 1), multiples of 2^-32
 * @throws OminusError `SPEC_INVALID` beyond {@link SOBOL_DIMENSIONS}
 */
export function sobolPoint(index: number, dimensions: number, seed?: number): readonly number[] {
  if (dimensions > SOBOL_DIMENSIONS) {
    throw new OminusError('SPEC_INVALID', {
      message: `the Sobol sequence covers at most ${SOBOL_DIMENSIONS} variables [variables=${dimensions}]`,
      hint: 'Use search random, or link variables with follows.',
    });
  }
  const gray = (index ^ (index >>> 1)) >>> 0;
  return VECTORS.slice(0, dimensions).map((vectors, dimension) => {
    let bits = seed === undefined ? 0 : Math.floor(hashedUnit('sobol-shift', seed, dimension) * 2 ** BITS);
    for (let bit = 0; bit < BITS; bit++) {
      bits ^= (gray >>> bit) & 1 ? (vectors[bit] ?? 0) : 0;
    }
    return (bits >>> 0) / 2 ** BITS;
  });
}

function directionVectors(dimension: number): Uint32Array {
  const vectors = new Uint32Array(BITS);
  const directions = SOBOL_DIRECTIONS[dimension - 1];
  if (directions === undefined) {
    return vectors.map((_, i) => 1 << (BITS - 1 - i));
  }
  const { a, m } = directions;
  const degree = m.length;
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      vectors[i] = (m[i] ?? 0) << (BITS - 1 - i);
      continue;
    }
    // the recurrence of the primitive polynomial (Joe and Kuo 2003, equation 2)
    const before = vectors[i - degree] ?? 0;
    let vector = before ^ (before >>> degree);
    for (let k = 1; k < degree; k++) {
      vector ^= (a >>> (degree - 1 - k)) & 1 ? (vectors[i - k] ?? 0) : 0;
    }
    vectors[i] = vector;
  }
  return vectors;
}
