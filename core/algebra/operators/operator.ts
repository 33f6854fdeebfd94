/** What an operator is. To add one: one file like direct.ts, one line in registry.ts. */

/** One module's rows, as every operator sees them. */
export interface OperatorInput {
  /** Of the right operand, `[leaves, rows]`; not modified. */
  readonly right: Float64Array;
  /** Of what the operator refers to: the explicit reference, else the left operand, `[leaves, rows]`; not modified. */
  readonly reference: Float64Array;
  /** Norms of the rows of `right` and `reference`, `[rows]`; exactly 0 where they count as zero. */
  readonly rightNorms: Float64Array;
  readonly referenceNorms: Float64Array;
}

/**
 * The coefficients of what is added to or subtracted from the left operand, per unit of λ: result = left ± λ·edit.
 *
 * @returns `[leaves, rows]`, freshly allocated
 */
export type Operator = (input: OperatorInput) => Float64Array;
