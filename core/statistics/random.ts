/** A seeded source of random numbers: the same seed gives the same numbers on every machine. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers thrown away at the start: neighbouring seeds begin with similar states, which these steps mix. */
const WARM_UP = 64;

/** Uniform integers. */
export interface RandomIntegers {
  /** An integer in [0, n), n at most 2³²; each value's probability is off by less than n / 2³². */
  below(n: number): number;
}

/**
 * xoroshiro128+ from a seed.
 *
 * @param seed - an integer; its low 32 bits count
 */
export function seededRandom(seed: number): RandomIntegers {
  const generator = xoroshiro128plus(seed);
  for (let i = 0; i < WARM_UP; i++) {
    generator.next();
  }
  return { below: (n) => Math.floor(((generator.next() >>> 0) / 2 ** 32) * n) };
}
