/** Removes anti-experts from some rows of one module in every order, on rows in an orthonormal basis (row-basis.ts). */
import { ZERO_NORM_SHARE } from '../algebra/row-norms.js';
import type { PrefixNode } from './permutation-tree.js';
import type { StudyOperator } from './types.js';

/** An anti-expert's rows, and how strongly they are removed. */
export interface RemovedRows {
  /** `[dimensions, rows]`. */
  readonly vectors: Float64Array;
  /** `[rows]`. */
  readonly norms: Float64Array;
  /** λ/2. */
  readonly half: number;
  /** 1 + λ/2, which `extrapolate` multiplies the running module with. */
  readonly scale: number;
}

/** What is walked over. */
export interface RowsToWalk {
  readonly operator: StudyOperator;
  readonly tree: PrefixNode;
  /** The expert's rows, `[dimensions, rows]`, and their norms. */
  readonly expert: Float64Array;
  readonly expertNorms: Float64Array;
  /** By place in the study's `remove`. */
  readonly removed: readonly RemovedRows[];
}

/** A running module: its rows, and per row Σ_j |c_j| n_j, against which a norm counts as zero. */
interface Running {
  readonly vectors: Float64Array;
  readonly bounds: Float64Array;
  /** Of its rows, exactly 0 where they count as zero; filled where they are asked for. */
  readonly norms: Float64Array;
  /** By row: e and λ/2 of the removal that made it. */
  readonly scales: Float64Array;
  readonly halves: Float64Array;
}

/**
 * Calls `onOrder` with the rows of every order's result, `[dimensions, rows]`; they are overwritten afterwards.
 *
 * One removal is x ← e·x − (λ/2)·y with, row by row, e = 1 + λ n_y / (2 n_x) for `ext` and e = 1 + λ/2 for `extrapolate`. A row
 * of `ext` stays as it is where either norm counts as zero, by the rules of core/algebra/operators/extract.ts.
 */
export function walkOrders(rows: RowsToWalk, onOrder: (order: number, vectors: Float64Array) => void): void {
  const { operator, tree, expert, expertNorms, removed } = rows;
  const isExtracted = operator === 'ext';
  // One running module per depth: a beginning is still there when the walk comes back to it.
  const perRow = (): Float64Array => new Float64Array(expertNorms.length);
  const [first, ...states] = Array.from({ length: removed.length + 1 }, (): Running => ({
    vectors: new Float64Array(expert.length),
    bounds: perRow(),
    norms: perRow(),
    scales: perRow(),
    halves: perRow(),
  }));
  const visit = (node: PrefixNode, running: Running, deeper: readonly Running[]): void => {
    node.orders.forEach((order) => {
      onOrder(order, running.vectors);
    });
    if (isExtracted && node.children.length > 0) {
      fillNorms(running);
    }
    const [next, ...rest] = deeper;
    for (const child of node.children) {
      const other = child.place === undefined ? undefined : removed[child.place];
      if (other !== undefined && next !== undefined) {
        (isExtracted ? removeExtracted : removeScaled)(running, other, next);
        visit(child, next, rest);
      }
    }
  };
  if (first !== undefined) {
    first.vectors.set(expert);
    first.bounds.set(expertNorms);
    visit(tree, first, states);
  }
}

/** Fills in the norms of rows, exactly 0 where they count as zero. */
export function fillNorms({ vectors, bounds, norms }: Pick<Running, 'vectors' | 'bounds' | 'norms'>): void {
  const rows = norms.length;
  norms.fill(0);
  for (let start = 0; start < vectors.length; start += rows) {
    for (let i = 0; i < rows; i++) {
      const value = vectors[start + i] ?? 0;
      norms[i] = (norms[i] ?? 0) + value * value;
    }
  }
  for (let i = 0; i < rows; i++) {
    const square = norms[i] ?? 0;
    const bound = bounds[i] ?? 0;
    norms[i] = square <= ZERO_NORM_SHARE * bound * bound ? 0 : Math.sqrt(square);
  }
}

function removeExtracted(running: Running, removed: RemovedRows, next: Running): void {
  const { vectors, bounds, norms } = running;
  const { vectors: others, norms: otherNorms, half } = removed;
  const { vectors: results, bounds: nextBounds, scales, halves } = next;
  const rows = norms.length;
  for (let i = 0; i < rows; i++) {
    const norm = norms[i] ?? 0;
    const otherNorm = otherNorms[i] ?? 0;
    const isSilent = norm === 0 || otherNorm === 0;
    const scale = isSilent ? 1 : 1 + (half * otherNorm) / norm;
    scales[i] = scale;
    halves[i] = isSilent ? 0 : half;
    nextBounds[i] = scale * (bounds[i] ?? 0) + (halves[i] ?? 0) * otherNorm;
  }
  for (let start = 0; start < results.length; start += rows) {
    for (let i = 0, at = start; i < rows; i++, at++) {
      results[at] = (scales[i] ?? 0) * (vectors[at] ?? 0) - (halves[i] ?? 0) * (others[at] ?? 0);
    }
  }
}

function removeScaled({ vectors }: Running, { vectors: others, scale, half }: RemovedRows, next: Running): void {
  const { vectors: results } = next;
  for (let at = 0; at < results.length; at++) {
    results[at] = scale * (vectors[at] ?? 0) - half * (others[at] ?? 0);
  }
}
