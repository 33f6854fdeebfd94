/**
 * Mantel's test (Mantel 1967) with Spearman's ρ as the statistic: do two sets of distances between the same things agree?
 * Pairs that share a thing are not independent, so things are permuted, not pairs.
 */
import { seededRandom } from './random.js';
import { averageRanks, spearman } from './rank-correlation.js';

/** Result of the test. */
export interface MantelResult {
  /** Spearman's ρ over unordered pairs. */
  readonly correlation: number;
  /** One-sided: how often things permuted at random agree at least as well. */
  readonly pValue: number;
  /** Whether all permutations were tried (7 things and fewer) instead of `draws` random ones. */
  readonly exact: boolean;
}

/** Most things of which all permutations are tried: 7! = 5040. */
const MAX_EXACT = 7;

/**
 * The exact p-value is the share of all n! permutations, the identity among them, with a ρ at least as large; else it is
 * (1 + such draws) / (1 + draws).
 *
 * @param first - distances of the pairs (i, j) of things, i < j, by i and then by j: scipy's condensed form
 * @param second - like `first`, of the same things
 * @returns null with fewer than three things, or where all distances of a side are equal
 */
export function mantelTest(
  first: readonly number[],
  second: readonly number[],
  options: { readonly seed: number; readonly draws: number },
): MantelResult | null {
  const things = (1 + Math.sqrt(1 + 8 * first.length)) / 2;
  const correlation = spearman(first, second);
  if (things < 3 || correlation === null) {
    return null;
  }
  const ranksA = squareOf(averageRanks(first), things);
  const ranksB = averageRanks(second);
  const identity = Array.from({ length: things }, (_, thing) => thing);
  // Permuting changes neither means nor spreads of ranks, so ρ grows with this sum; ranks are halves: it has no rounding.
  const agreement = (order: readonly number[]): number => {
    let sum = 0;
    let pair = 0;
    for (let i = 0; i < things; i++) {
      const row = (order[i] ?? 0) * things;
      for (let j = i + 1; j < things; j++) {
        sum += (ranksA[row + (order[j] ?? 0)] ?? 0) * (ranksB[pair++] ?? 0);
      }
    }
    return sum;
  };
  const observed = agreement(identity);
  const exact = things <= MAX_EXACT;
  let [atLeast, tried] = exact ? [0, 0] : [1, 1];
  for (const order of exact ? permutations(identity) : randomOrders(identity, options)) {
    atLeast += agreement(order) >= observed ? 1 : 0;
    tried++;
  }
  return { correlation, pValue: atLeast / tried, exact };
}

/** Condensed distances as `[things, things]`, row-major. */
function squareOf(triangle: Float64Array, things: number): Float64Array {
  const square = new Float64Array(things * things);
  let pair = 0;
  for (let i = 0; i < things; i++) {
    for (let j = i + 1; j < things; j++) {
      square[i * things + j] = square[j * things + i] = triangle[pair++] ?? 0;
    }
  }
  return square;
}

function* permutations(items: readonly number[]): Generator<readonly number[]> {
  if (items.length === 0) {
    yield [];
  }
  for (const [place, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(place, 1))) {
      yield [item, ...rest];
    }
  }
}

/** Fisher-Yates, one after the other on the same array. */
function* randomOrders(
  items: readonly number[],
  options: { readonly seed: number; readonly draws: number },
): Generator<readonly number[]> {
  const random = seededRandom(options.seed);
  const order = [...items];
  for (let draw = 0; draw < options.draws; draw++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    yield order;
  }
}
