/** The state of every computation: one coefficient per row and distinct leaf adapter (docs/notes/algebra.md). */
import type { Digest } from '../digest.js';

/** Coefficients of a combination: its value is Σ_j diag(c_j)·ΔW_j over the leaves, module by module. */
export interface Coefficients {
  /** Distinct leaf adapters; the order fixes the order of the stacked factors. */
  readonly leaves: readonly Digest[];
  /** Per module path: `[leaves, rows]`, row-major, float64. A leaf that lacks the module has zeros. */
  readonly modules: ReadonlyMap<string, Float64Array>;
}

/** Per-row Gram matrices of leaf adapters, float64. */
export interface Gram {
  readonly leaves: readonly Digest[];
  /**
   * Per module path: `[pairs, rows]`, row-major, where pair (j, l) with j ≤ l is at place j·L − j(j−1)/2 + (l − j);
   * entry = ⟨row i of ΔW_j, row i of ΔW_l⟩. Modules that only some leaves have are present, with zeros for the others.
   */
  readonly modules: ReadonlyMap<string, Float64Array>;
  /** Per module path and leaf. */
  readonly leafModules: ReadonlyMap<string, readonly LeafModule[]>;
}

/** What the algebra knows of one leaf's factors in one module. */
export interface LeafModule {
  /** 0 where the leaf lacks the module. */
  readonly rank: number;
  /**
   * What one row of the leaf counts for as an operand: 1, or with `semantics: reference` the leftmost adapter's scaling
   * over its own.
   */
  readonly operandFactor: number;
}

/**
 * What one operator application did to one module. Cosines, ratios and degenerate rows are of the right operand against the
 * left one (against the explicit reference, where there is one), over rows where both norms count as non-zero.
 */
export interface ModuleDiagnostics {
  readonly module: string;
  readonly rows: number;
  /** Rank of the stacked factors of the result (sum of the ranks of its leaves here). */
  readonly rank: number;
  /** Frobenius norms. */
  readonly leftNorm: number;
  readonly rightNorm: number;
  /** Of what was removed or added: lambda·Ext(right) or lambda·right. */
  readonly editNorm: number;
  readonly resultNorm: number;
  readonly cosineMean: number | null;
  readonly cosineMin: number | null;
  readonly cosineMax: number | null;
  /** Mean of n⁻ / n⁺. */
  readonly normRatioMean: number | null;
  /** Rows by degenerate case. */
  readonly zeroLeftRows: number;
  readonly zeroRightRows: number;
  readonly oppositeRows: number;
  /** Which side lacks the module. */
  readonly missingIn: 'none' | 'left' | 'right';
}

/** Diagnostics of one operator application. */
export interface CombineDiagnostics {
  readonly modules: readonly ModuleDiagnostics[];
}

/** How far apart two combinations are, in weight space. */
export interface WeightDifference {
  /** ‖Δ_a − Δ_b‖_F over all modules. */
  readonly norm: number;
  /** Relative to ‖Δ_a‖_F; null when that is zero. */
  readonly relative: number | null;
  readonly byModule: readonly { readonly module: string; readonly norm: number; readonly relative: number | null }[];
}

/** How the anti-expert's scaling is read: as PEFT does (default), or with the leftmost adapter's as the published code does. */
export type Semantics = 'scaled' | 'reference';
