/**
 * Step-down maxT: adjusted p-values of a family of paired differences (Westfall and Young, Resampling-Based Multiple Testing, 1993, algorithm
 * 4.1, free step-down; as `mt.maxT(test = "pairt")` of R's multtest). A draw flips the sign of every example's differences, the same sign for
 * all pairs, so the family keeps its dependence. That is exact where differences are symmetric about zero, and right for large n otherwise.
 */
import { alignedColumns, type PairFamily } from './pair-family.js';
import { Signs } from './signs.js';

/** Raise it when the same family would give other numbers; it is in the keys of what holds them. */
export const MAX_T_VERSION = 1;

/** Family-wise error rate: of verdicts, and of simultaneous intervals. */
export const ALPHA = 0.05;

/** Slack in comparing statistics, relative: what is equal up to rounding must count as equal. */
const TIE_TOLERANCE = 1e-9;
/** Below this share of n·Σd², what is left as variance is rounding: the differences are all of one size. */
const NO_VARIANCE = 1e-12;

/** One pair of a family. */
export interface PairTest {
  /** Examples with a score on both sides. */
  readonly n: number;
  readonly difference: number;
  /** Of the mean difference, s/√n with n − 1; null for fewer than two examples. */
  readonly stderr: number | null;
  /** Studentized difference; null where nothing can be tested: fewer than two examples, or no example differs. */
  readonly t: number | null;
  /** Of this pair alone. Both p-values are 1 where nothing can be tested. */
  readonly pValue: number;
  readonly pAdjusted: number;
}

/** What a family gives. */
export interface MaxTResult {
  /** In the order of the pairs. */
  readonly tests: readonly PairTest[];
  /** Signs beside the observed ones. */
  readonly draws: number;
  /** Whether those are all signs there are: then p-values have no Monte Carlo error. */
  readonly isExact: boolean;
  /** Smallest p-value that these signs can give. */
  readonly floor: number;
  /**
   * The 1 − {@link ALPHA} quantile of the largest |t|: difference ± critical · stderr are simultaneous intervals. Infinity where there are too
   * few examples for any.
   */
  readonly critical: number;
}

/**
 * Tests a family. Work: draws × candidates × examples / 8 look-ups, and draws × pairs.
 *
 * p = (1 + #{draws with a statistic at least as large}) / (1 + draws), made monotone along the steps. The statistic of a pair is
 * t = d̄ / (s/√n); since signs leave Σd² as it is, t² = (n − 1)·S² / (n·Σd² − S²) with S = Σ±d, and S is the difference of the signed sums of two
 * candidates. Differences of one size and one sign have an infinite t.
 *
 * @param options.draws - random signs, where there are more than 13 examples; else all signs are used
 * @param options.onBlock - called between blocks of draws, which are long loops: the place to let other work through
 */
export async function stepDownMaxT(
  family: PairFamily,
  options: { readonly seed: number; readonly draws: number; readonly onBlock?: () => Promise<void> | void },
): Promise<MaxTResult> {
  const { columns, pairs, examples } = alignedColumns(family);
  const observed = pairs.map(({ differences }) => summarize(differences));
  const testable = observed
    .map((summary, place) => ({ summary, place, columns: pairs[place]?.columns ?? [0, 0] }))
    .filter(({ summary: { n, squares } }) => n > 1 && squares > 0)
    .sort((a, b) => b.summary.t2 - a.summary.t2 || a.place - b.place);
  const signs = new Signs(Math.max(1, examples), options);
  const counts = new Counts(testable.map(({ summary, columns: [first, second] }) => ({ ...summary, first, second })));
  for (const block of signs.blocks()) {
    counts.add(
      columns.map((values) => signs.sums(block, values)),
      block.draws,
    );
    await options.onBlock?.();
  }
  const { raw, adjusted, critical } = counts.result();
  const places = new Map(testable.map(({ place }, rank) => [place, rank]));
  return {
    tests: observed.map(({ n, mean, stderr, t2 }, place): PairTest => {
      const rank = places.get(place);
      return {
        n,
        difference: mean,
        stderr,
        t: rank === undefined ? null : Math.sign(mean) * Math.sqrt(t2),
        pValue: rank === undefined ? 1 : (raw[rank] ?? 1),
        pAdjusted: rank === undefined ? 1 : (adjusted[rank] ?? 1),
      };
    }),
    draws: signs.draws,
    isExact: signs.isExact,
    // all minus is as large as all plus
    floor: (signs.isExact ? 2 : 1) / (1 + signs.draws),
    critical,
  };
}

interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly stderr: number | null;
  /** Σd². */
  readonly squares: number;
  readonly t2: number;
}

function summarize(differences: Float64Array): Summary {
  const n = differences.length;
  let [sum, squares] = [0, 0];
  for (const value of differences) {
    sum += value;
    squares += value * value;
  }
  const mean = n === 0 ? 0 : sum / n;
  let spread = 0;
  for (const value of differences) {
    spread += (value - mean) ** 2;
  }
  const stderr = n < 2 ? null : Math.sqrt(spread / (n - 1) / n);
  return { n, mean, stderr, squares, t2: squaredT(sum, n, squares) };
}

function squaredT(sum: number, n: number, squares: number): number {
  const total = n * squares;
  const variance = total - sum * sum;
  return variance <= NO_VARIANCE * total ? Number.POSITIVE_INFINITY : ((n - 1) * sum * sum) / variance;
}

/** Counts, draw by draw, how often statistics are as large as the observed ones. */
class Counts {
  /** Largest observed statistic first. */
  readonly #pairs: readonly (Summary & { readonly first: number; readonly second: number })[];
  readonly #raw: Float64Array;
  readonly #stepDown: Float64Array;
  /** Largest t² of every draw. */
  readonly #maxima: Float64Array[];

  constructor(pairs: readonly (Summary & { readonly first: number; readonly second: number })[]) {
    this.#pairs = pairs;
    // the observed signs count
    this.#raw = new Float64Array(pairs.length).fill(1);
    this.#stepDown = new Float64Array(pairs.length).fill(1);
    this.#maxima = [Float64Array.of(pairs[0]?.t2 ?? 0)];
  }

  /** @param sums - signed sums by column, `[draws]` each */
  add(sums: readonly Float64Array[], draws: number): void {
    const largest = new Float64Array(draws);
    // the smallest first: every pair is held against the largest of its own and all smaller ones
    for (let rank = this.#pairs.length - 1; rank >= 0; rank--) {
      const pair = this.#pairs[rank];
      const [first, second] = [sums[pair?.first ?? 0], sums[pair?.second ?? 0]];
      if (pair !== undefined && first !== undefined && second !== undefined) {
        const { raw, stepDown } = countDraws(pair, first, second, largest);
        this.#raw[rank] = (this.#raw[rank] ?? 0) + raw;
        this.#stepDown[rank] = (this.#stepDown[rank] ?? 0) + stepDown;
      }
    }
    this.#maxima.push(largest);
  }

  result(): { readonly raw: Float64Array; readonly adjusted: Float64Array; readonly critical: number } {
    const maxima = Float64Array.from(this.#maxima.flatMap((block) => [...block])).sort();
    const draws = maxima.length;
    let running = 0;
    return {
      raw: this.#raw.map((count) => count / draws),
      adjusted: this.#stepDown.map((count) => (running = Math.max(running, count / draws))),
      critical: Math.sqrt(maxima[Math.ceil((1 - ALPHA) * draws) - 1] ?? Number.POSITIVE_INFINITY),
    };
  }
}

/**
 * How many draws have a statistic of this pair, and a largest one of it and all smaller pairs, that is at least as large as the observed one.
 *
 * @param largest - by draw, of all smaller pairs; raised to this one's
 */
function countDraws(
  { n, squares, t2: observed }: Summary,
  first: Float64Array,
  second: Float64Array,
  largest: Float64Array,
): { readonly raw: number; readonly stepDown: number } {
  const bound = observed * (1 - TIE_TOLERANCE);
  let raw = 0;
  let stepDown = 0;
  for (let draw = 0; draw < largest.length; draw++) {
    const t2 = squaredT((second[draw] ?? 0) - (first[draw] ?? 0), n, squares);
    let top = largest[draw] ?? 0;
    if (t2 > top) {
      top = t2;
      largest[draw] = t2;
    }
    raw += t2 >= bound ? 1 : 0;
    stepDown += top >= bound ? 1 : 0;
  }
  return { raw, stepDown };
}
