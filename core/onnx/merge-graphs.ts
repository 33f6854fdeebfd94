/**
 * The work of a merge as ONNX graphs in float64: what `moduleGram` and `scaleB` of core/algebra compute. Measured on two
 * busy CPU cores for a 4096 × 4096 module with three leaves of rank 16: the Gram graph took about a tenth of the time of the
 * TypeScript (2.3 against 22 ms), the scaling graph twice its time (1.4 against 0.6 ms).
 */
import { GraphBuilder, type Value } from './graph-builder.js';

/** Input names of leaf number `j`: factors `[rank, in]` and `[out, rank]` (float32), scaling (float64 scalar), coefficients `[out]`. */
export const leafInputs = (
  j: number,
): { readonly a: string; readonly b: string; readonly scaling: string; readonly c: string } => ({
  a: `a.${String(j)}`,
  b: `b.${String(j)}`,
  scaling: `scaling.${String(j)}`,
  c: `c.${String(j)}`,
});
export const GRAM_OUTPUT = 'gram';
export const SCALED_OUTPUT = 'scaled_b';

/**
 * Gram matrices of the rows of one module: output `[pairs, rows]`, float64, pairs (j, l) with j ≤ l in order. Entry i of a
 * pair is s_j s_l · Σ (B_j (A_j A_lᵀ) ∘ B_l) over the columns of row i.
 */
export function buildGramGraph(leaves: number): Uint8Array {
  const g = new GraphBuilder();
  const factors = Array.from({ length: leaves }, (_, j) => {
    const names = leafInputs(j);
    return {
      a: g.cast(g.input(names.a, 'float32', [`rank${String(j)}`, 'in']), 'float64'),
      b: g.cast(g.input(names.b, 'float32', ['out', `rank${String(j)}`]), 'float64'),
      scaling: g.input(names.scaling, 'float64', []),
    };
  });
  const pairs: Value[] = [];
  for (const [j, left] of factors.entries()) {
    for (const right of factors.slice(j)) {
      const products = g.op('MatMul', [left.a, g.op('Transpose', [right.a], { perm: { ints: [1, 0] } })]);
      const terms = g.op('Mul', [g.op('MatMul', [left.b, products]), right.b]);
      const sums = g.op('ReduceSum', [terms, g.ints([1])], { keepdims: { int: 0 } });
      const scaled = g.op('Mul', [sums, g.op('Mul', [left.scaling, right.scaling])]);
      pairs.push(g.op('Unsqueeze', [scaled, g.ints([0])]));
    }
  }
  g.output(GRAM_OUTPUT, g.op('Concat', pairs, { axis: { int: 0 } }), 'float64', ['pairs', 'out']);
  return g.encode('gram');
}

/** B' = [diag(c_1)·s_1·B_1 | diag(c_2)·s_2·B_2 | …], `[out, rank]`: products in float64, rounded once to float32. */
export function buildScaleGraph(leaves: number): Uint8Array {
  const g = new GraphBuilder();
  const parts = Array.from({ length: leaves }, (_, j) => {
    const names = leafInputs(j);
    const b = g.cast(g.input(names.b, 'float32', ['out', `rank${String(j)}`]), 'float64');
    const weights = g.op('Mul', [g.input(names.c, 'float64', ['out']), g.input(names.scaling, 'float64', [])]);
    return g.op('Mul', [b, g.op('Unsqueeze', [weights, g.ints([1])])]);
  });
  const stacked = g.cast(g.op('Concat', parts, { axis: { int: 1 } }), 'float32');
  g.output(SCALED_OUTPUT, stacked, 'float32', ['out', 'rank']);
  return g.encode('scale');
}
