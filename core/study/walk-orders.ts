/** Removes anti-experts from some rows of one module in every order, on rows in an orthonormal basis (row-basis.ts). */
import { ZERO_NORM_SHARE } from '../algebra/row-norms.js';
import type { PrefixNode } from './permutation-tree.js';
import type { StudyOperator } from './types.js';

/** An anti-expert's rows, and how strongly they are removed. */
export interface RemovedRows {
  /** `[rows, dimensions]`. */
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
  /** The expert's rows, `[rows, dimensions]`, and their norms. */
  readonly expert: Float64Array;
  readonly expertNorms: Float64Array;
  /** By place in the study's `remove`. */
  readonly removed: readonly RemovedRows[];
}

/** A running module: its rows, their norms, and per row Σ_j |c_j| n_j, against which a norm counts as zero. */
interface Running {
  readonly vectors: Float64Array;
  /** Exactly 0 where they count as zero; of `ext` only. */
  readonly norms: Float64Array;
  readonly bounds: Float64Array;
}

/**
 * Calls `onOrder` with the rows of every order's result, `[rows, dimensions]`; they are overwritten afterwards.
 *
 * One removal is x ← e·x − (λ/2)·y with, row by row, e = 1 + λ n_y / (2 n_x) for `ext` and e = 1 + λ/2 for `extrapolate`. A row
 * of `ext` stays as it is where either norm counts as zero, by the rules of core/algebra/operators/extract.ts.
 */
export function walkOrders(rows: RowsToWalk, onOrder: (order: number, vectors: Float64Array) => void): void {
  const { operator, tree, expert, expertNorms, removed } = rows;
  const remove = operator === 'ext' ? removeExtracted : removeScaled;
  // One running module per depth: a beginning is still there when the walk comes back to it.
  const states = removed.map((): Running => ({
    vectors: new Float64Array(expert.length),
    norms: new Float64Array(expertNorms.length),
    bounds: new Float64Array(expertNorms.length),
  }));
  const visit = (node: PrefixNode, running: Running, depth: number): void => {
    for (const order of node.orders) {
      onOrder(order, running.vectors);
    }
    const next = states[depth];
    for (const child of node.children) {
      const other = child.place === undefined ? undefined : removed[child.place];
      if (other !== undefined && next !== undefined) {
        remove(running, other, next);
        visit(child, next, depth + 1);
      }
    }
  };
  visit(tree, { vectors: expert, norms: expertNorms, bounds: expertNorms }, 0);
}

/** Norms of rows. */
export function normsOf(vectors: Float64Array, rows: number): Float64Array {
  const width = vectors.length / rows;
  return new Float64Array(rows).map((_, i) => {
    let square = 0;
    for (let at = i * width; at < (i + 1) * width; at++) {
      square += (vectors[at] ?? 0) ** 2;
    }
    return Math.sqrt(square);
  });
}

function removeExtracted(running: Running, removed: RemovedRows, next: Running): void {
  const { vectors, norms, bounds } = running;
  const { vectors: others, norms: otherNorms, half: wholeHalf } = removed;
  const { vectors: results, norms: nextNorms, bounds: nextBounds } = next;
  const width = vectors.length / norms.length;
  for (let i = 0, at = 0; i < norms.length; i++) {
    const norm = norms[i] ?? 0;
    const otherNorm = otherNorms[i] ?? 0;
    const isSilent = norm === 0 || otherNorm === 0;
    const half = isSilent ? 0 : wholeHalf;
    const scale = isSilent ? 1 : 1 + (wholeHalf * otherNorm) / norm;
    let square = 0;
    for (const end = at + width; at < end; at++) {
      const value = scale * (vectors[at] ?? 0) - half * (others[at] ?? 0);
      results[at] = value;
      square += value * value;
    }
    const bound = scale * (bounds[i] ?? 0) + half * otherNorm;
    nextBounds[i] = bound;
    nextNorms[i] = square <= ZERO_NORM_SHARE * bound * bound ? 0 : Math.sqrt(square);
  }
}

function removeScaled({ vectors }: Running, { vectors: others, scale, half }: RemovedRows, next: Running): void {
  const { vectors: results } = next;
  for (let at = 0; at < results.length; at++) {
    results[at] = scale * (vectors[at] ?? 0) - half * (others[at] ?? 0);
  }
}
