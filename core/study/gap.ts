/**
 * How far apart the results of all orders are in weight space, exactly, from Gram matrices alone: ‖Δ_σ − Δ_τ‖_F for every pair of
 * orders, in total, by layer and by kind of module. Nothing dense is ever formed; one module is in work at a time.
 */
import { refuseMissing } from '../algebra/missing-modules.js';
import { leafOperand, rowsOf } from '../algebra/leaf.js';
import { REMOVALS } from '../algebra/operators/registry.js';
import type { Gram } from '../algebra/types.js';
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import type { Decimal } from '../expression/types.js';
import { foldDirect } from './direct-fold.js';
import { groupOrders } from './group.js';
import { addSquares, moduleSquares, noSquares, type OrderSquares } from './module-gaps.js';
import { pairAt } from './pair-squares.js';
import { partsOf, type PartName } from './parts.js';
import { permutationTree } from './permutation-tree.js';
import type { OrderGap, OrderGapPart, OrderGapResult, StudyOperator } from './types.js';

/** What gaps are measured of. */
export interface OrderGapInput {
  /** Covers the expert and all anti-experts. */
  readonly gram: Gram;
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  /** Permutations of places in `remove`. */
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly { readonly lambdas: readonly Decimal[] }[];
  readonly operators: readonly StudyOperator[];
  readonly missing: 'pass' | 'error';
  readonly distinct: number | null;
}

/** ‖Δ_σ − Δ_τ‖_F in every part: artifact `gaps` of an order-gap node. */
export interface GapTable {
  readonly operator: StudyOperator;
  readonly setting: number;
  readonly parts: readonly PartName[];
  /** `[parts, pairs]`, row-major, pairs as `pairAt` counts them. */
  readonly pairs: Float64Array;
}

/** What was measured. */
export interface MeasuredGaps {
  readonly result: OrderGapResult;
  /** One per gap of the result. */
  readonly tables: readonly GapTable[];
}

/**
 * Measures the gaps of every operator whose order matters, at every setting. A generator, since it takes seconds: it stops after
 * every module and says how far it is.
 *
 * @returns relative gaps are 0 where the gap is, and 1 where a part's norm is 0 in that order but not in the other one
 * @throws OminusError `ADAPTER_MISMATCH` under `missing: error`, `ADAPTER_UNSUPPORTED` for an expert that changes nothing,
 *   `OVERFLOW` when a norm leaves the range of float64
 */
export function* measureGaps(
  input: OrderGapInput,
): Generator<{ readonly done: number; readonly total: number }, MeasuredGaps, void> {
  const { gram, settings, orders } = input;
  if (input.missing === 'error') {
    input.remove.forEach((leaf) => {
      refuseMissing(leafOperand(gram, input.expert).modules.keys(), leafOperand(gram, leaf).modules.keys());
    });
  }
  const paths = modulesOf(input);
  const operators = input.operators.flatMap((operator) => {
    const { order } = REMOVALS[operator];
    return order.matters ? [{ operator, step: order.step }] : [];
  });
  const total = operators.length * settings.length * paths.length;
  let done = 0;
  const gaps: OrderGap[] = [];
  const tables: GapTable[] = [];
  for (const { operator, step } of operators) {
    for (const [setting, { lambdas }] of settings.entries()) {
      const { parts, ofModule } = partsOf(paths);
      const sums = parts.map(() => noSquares(orders.length));
      const common = { ...input, step, lambdas, tree: permutationTree(orders), orders: orders.length };
      for (const path of paths) {
        const squares = moduleSquares({ ...common, path });
        for (const part of ofModule.get(path) ?? []) {
          addSquares(sums[part] ?? noSquares(orders.length), squares);
        }
        yield { done: ++done, total };
      }
      gaps.push(summarise(input, operator, setting, parts, sums));
      tables.push({ operator, setting, parts, pairs: concatenateRoots(sums) });
    }
  }
  const maxDifference = foldDirect(input);
  return { result: { gaps, directFold: { orders: orders.length, maxDifference } }, tables };
}

/** Modules that any of the study's adapters has, in code-unit order. */
function modulesOf({ gram, expert, remove }: OrderGapInput): readonly string[] {
  const places = [expert, ...remove].map((leaf) => gram.leaves.indexOf(leaf));
  return [...gram.leafModules]
    .filter(([path, leaves]) => rowsOf(gram, path) > 0 && places.some((place) => (leaves[place]?.rank ?? 0) > 0))
    .map(([path]) => path)
    .sort();
}

function summarise(
  input: OrderGapInput,
  operator: StudyOperator,
  setting: number,
  names: readonly PartName[],
  sums: readonly OrderSquares[],
): OrderGap {
  const n = input.orders.length;
  const whole = sums[0] ?? noSquares(n);
  const expert = Math.sqrt(whole.expert[0] ?? 0);
  if (!(whole.norms.every(Number.isFinite) && whole.pairs.every(Number.isFinite))) {
    throw new OminusError('OVERFLOW', {
      message: `a norm is beyond float64 [operator=${operator}, lambda=${input.settings[setting]?.lambdas.join(', ') ?? ''}]`,
      hint: 'Use a smaller lambda.',
    });
  }
  if (expert === 0) {
    throw new OminusError('ADAPTER_UNSUPPORTED', {
      message: `the expert of an order study changes nothing: all its rows are zero [digest=${input.expert}]`,
      hint: 'Use a trained adapter as the expert.',
    });
  }
  const relativeGap = relativeGaps(whole, n);
  return {
    operator,
    setting,
    distances: [...whole.distances].map((square) => Math.sqrt(square) / expert),
    parts: names.map((name, at) => ({ ...name, ...summarisePart(sums[at] ?? whole, n) })),
    total: Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) => Math.sqrt(squareOf(whole, i, j, n))),
    ),
    representative: groupOrders(n, relativeGap, input.distinct),
  };
}

function summarisePart(squares: OrderSquares, n: number): Omit<OrderGapPart, keyof PartName> {
  const relativeGap = relativeGaps(squares, n);
  let [sum, maxRelative] = [0, 0];
  let maxPair: readonly [number, number] = [0, Math.min(1, n - 1)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const relative = i === j ? 0 : relativeGap(i, j);
      sum += relative;
      if (relative > maxRelative) {
        maxRelative = relative;
        maxPair = [i, j];
      }
    }
  }
  return {
    norms: [...squares.norms].map(Math.sqrt),
    meanRelative: n < 2 ? 0 : sum / (n * (n - 1)),
    maxRelative,
    maxPair,
  };
}

function squareOf({ pairs }: OrderSquares, i: number, j: number, n: number): number {
  return i === j ? 0 : (pairs[pairAt(Math.min(i, j), Math.max(i, j), n)] ?? 0);
}

/** ‖Δ_i − Δ_j‖ / ‖Δ_i‖ by i and j. */
function relativeGaps(squares: OrderSquares, n: number): (i: number, j: number) => number {
  return (i, j) => {
    const gap = squareOf(squares, i, j, n);
    const norm = squares.norms[i] ?? 0;
    return gap === 0 ? 0 : norm === 0 ? 1 : Math.sqrt(gap / norm);
  };
}

function concatenateRoots(sums: readonly OrderSquares[]): Float64Array {
  const pairs = sums[0]?.pairs.length ?? 0;
  const roots = new Float64Array(sums.length * pairs);
  for (const [part, squares] of sums.entries()) {
    roots.set(squares.pairs.map(Math.sqrt), part * pairs);
  }
  return roots;
}
