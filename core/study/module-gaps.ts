/** One module: squared distances between the results of all orders, and from the expert, without forming any of them. */
import { placeOf, rowsOf } from '../algebra/leaf.js';
import { ZERO_NORM_SHARE } from '../algebra/row-norms.js';
import type { Gram } from '../algebra/types.js';
import type { Digest } from '../digest.js';
import type { Decimal } from '../expression/types.js';
import { arithmetic } from '../numeric/arithmetic.js';
import type { RowSlots, SlotStep, StepWeights } from '../numeric/row-slots.js';
import { extrapolation } from './arms.js';
import { pairAt, pairSquares, pairsOf } from './pair-squares.js';
import type { PrefixNode } from './permutation-tree.js';
import { rowBasis } from './row-basis.js';
import { normsOf, slotsOf, walkOrders } from './walk-orders.js';

/** Numbers per line that are multiplied together: rows × dimensions. As many as stay in the processor's cache. */
const LINE = 512;

/** What is compared in one module. */
export interface ModuleOrders {
  readonly gram: Gram;
  readonly path: string;
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  /** What one removal does to rows. */
  readonly step: SlotStep;
  readonly lambdas: readonly Decimal[];
  readonly tree: PrefixNode;
  /** How many orders the tree has. */
  readonly orders: number;
}

/** Squares over the rows of a module (or of several, when added). */
export interface OrderSquares {
  /** ‖Δ_σ − Δ_τ‖² by pair of orders, as {@link pairAt} counts them. */
  readonly pairs: Float64Array;
  /** ‖Δ_σ‖² by order. */
  readonly norms: Float64Array;
  /** ‖Δ_σ − Δ_expert‖² by order. */
  readonly distances: Float64Array;
  /** ‖Δ_expert‖², one number. */
  readonly expert: Float64Array;
}

/** Zeros, to add to. */
export function noSquares(orders: number): OrderSquares {
  return {
    pairs: new Float64Array(pairsOf(orders)),
    norms: new Float64Array(orders),
    distances: new Float64Array(orders),
    expert: new Float64Array(1),
  };
}

/** sum ← sum + squares. */
export function addSquares(sum: OrderSquares, squares: OrderSquares): void {
  for (const part of ['pairs', 'norms', 'distances', 'expert'] as const) {
    const [to, from] = [sum[part], squares[part]];
    for (let at = 0; at < to.length; at++) {
      to[at] = (to[at] ?? 0) + (from[at] ?? 0);
    }
  }
}

/**
 * Squared distances in one module. Some rows at a time: every order's result minus the first order's is one line of numbers
 * (nearly equal orders then keep their digits), and all lines are multiplied with each other at once.
 */
export function moduleSquares(module: ModuleOrders): OrderSquares {
  const { gram, path, expert, remove, orders } = module;
  const places = [expert, ...remove].map((leaf) => placeOf(gram, leaf));
  const sum = noSquares(orders);
  const rows = rowsOf(gram, path);
  const block = Math.max(1, Math.min(rows, Math.floor(LINE / places.length)));
  // The slots are used again for every block.
  const slots = arithmetic().rowSlots({
    rows: block,
    dimensions: places.length,
    slots: slotsOf(remove.length),
    lines: orders + 1,
    zeroShare: ZERO_NORM_SHARE,
  });
  const squares = new Float64Array(pairsOf(orders + 1));
  for (let from = 0; from < rows; from += block) {
    putLines(module, places, from, Math.min(block, rows - from), slots);
    addLines(slots, squares, sum);
  }
  return sum;
}

/** Line 0: the first order's rows, the reference; line 1: the expert minus it; then orders 1, 2, … minus it. */
function putLines(module: ModuleOrders, places: readonly number[], from: number, count: number, slots: RowSlots): void {
  const { gram, path, step, tree, lambdas } = module;
  const basis = rowBasis(gram.modules.get(path) ?? new Float64Array(), places, gram.leaves.length, from, count);
  for (const [slot, vectors] of basis.entries()) {
    const operand = operandRows(module, places[slot] ?? 0, vectors);
    slots.fill(slot, operand, normsOf(operand, count));
  }
  walkOrders({ step, tree, slots, strengths: lambdas.map(strength) }, (order, slot) => {
    if (order === 0) {
      slots.setReference(slot);
      slots.putLine(1, 0);
    } else {
      slots.putLine(order + 1, slot);
    }
  });
}

function strength(lambda: Decimal): StepWeights {
  const { half, scale } = extrapolation(lambda);
  return { half: Number(half), scale: Number(scale) };
}

/** A leaf as an operand: times its operand factor, or nothing where it lacks the module. */
function operandRows({ gram, path }: ModuleOrders, place: number, vectors: Float64Array): Float64Array {
  const leaf = gram.leafModules.get(path)?.[place];
  const factor = leaf === undefined || leaf.rank === 0 ? 0 : leaf.operandFactor;
  return vectors.map((value) => factor * value);
}

/** Adds the squares of the lines of {@link putLines}. */
function addLines(slots: RowSlots, squares: Float64Array, sum: OrderSquares): void {
  const { pairs, norms, distances, expert } = sum;
  const n = norms.length + 1;
  const { values, stride } = pairSquares(slots, n, squares);
  const reference = values[0] ?? 0;
  const own = (line: number): number => values[line * stride + line] ?? 0;
  const norm = (line: number): number => Math.max(0, reference + 2 * (values[line] ?? 0) + own(line));
  expert[0] = (expert[0] ?? 0) + norm(1);
  for (let order = 0, pair = 0; order < norms.length; order++) {
    const line = order + 1;
    norms[order] = (norms[order] ?? 0) + (order === 0 ? reference : norm(line));
    distances[order] = (distances[order] ?? 0) + (order === 0 ? own(1) : (squares[pairAt(1, line, n)] ?? 0));
    for (let other = line + 1; other < n; other++, pair++) {
      const square = order === 0 ? own(other) : (squares[pairAt(line, other, n)] ?? 0);
      pairs[pair] = (pairs[pair] ?? 0) + square;
    }
  }
}
