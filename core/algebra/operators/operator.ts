/**
 * What an operator is. There are two kinds in expressions: one of rows gives coefficients over the leaves of its operands and costs a few numbers
 * per row; one of factors makes a new leaf from the factors of its operands. A removal is how
 * order studies take one adapter out of another with them. registry.ts lists all.
 */
import type { SlotStep } from '../../numeric/row-slots.js';
import type { RowOperatorName } from './names.js';

/** One module's rows, as an operator of rows sees them. What is a function is computed when it is first called, and kept. */
export interface RowsInput {
  /** Of the right operand, `[leaves, rows]`, row-major; not modified, as is everything here. */
  readonly right: Float64Array;
  /** Of what the operator refers to: the explicit reference, else the left operand, `[leaves, rows]`. */
  readonly reference: Float64Array;
  /** Norms of the rows of `right`, `[rows]`; exactly 0 where they count as zero. */
  readonly rightNorms: () => Float64Array;
  /** Norms of the rows of `reference`, `[rows]`; exactly 0 where they count as zero. */
  readonly referenceNorms: () => Float64Array;
  /** Inner products of the rows of `reference` with those of `right`, `[rows]`. */
  readonly products: () => Float64Array;
}

/** How a term with an operator of rows is written. */
export interface RowSpelling {
  /** Written `Word(y)`, or `Word(y | z)` with z as the reference. */
  readonly word: string;
  /** What such a term is called: `an extraction`. */
  readonly noun: string;
  /** What the reference z says, as a question in advice: `what to extract from`. */
  readonly refersTo: string;
  /**
   * Whether no adapter may have this name. Words of new operators are not reserved: before `(` they mean the operator, elsewhere
   * they are names like any other.
   */
  readonly isReserved: boolean;
}

/** An operator of rows: left ± λ·edit(right), with respect to a reference, row by row. */
export interface RowOperator {
  /** Undefined where the operand stands for itself: `λ·y`. */
  readonly spelling: RowSpelling | undefined;
  /** Whether the edit is zero in every row, and so in every target module, in which the reference is zero. */
  readonly editsReferenceOnly: boolean;
  /**
   * The coefficients of what is added to or subtracted from the left operand, per unit of λ.
   *
   * @returns `[leaves, rows]`, freshly allocated
   */
  readonly rows: (input: RowsInput) => Float64Array;
}

/** How an order study takes an anti-expert y out of the running module x, at a strength λ. */
export interface Removal {
  readonly form:
    | {
        /** x ⊖ λ·operator(y), with respect to the running module or to the expert that the study began with. */
        readonly kind: 'term';
        readonly operator: RowOperatorName;
        readonly reference: 'running' | 'expert';
      }
    /** (1 + λ/2)·x ⊖ (λ/2)·y, the scalars as exact decimals. */
    | { readonly kind: 'blend' };
  /** The form as documents and the editor's schema write it: `x ⊖ λ·Ext(y)`. */
  readonly written: string;
  readonly order:
    | { readonly matters: false }
    | {
        readonly matters: true;
        /** How it does, for the documents: `matters through the factors`. */
        readonly wording: string;
        /** One removal on rows in slots: x ← e·x − (λ/2)·y with the removal's own e. */
        readonly step: SlotStep;
      };
}

/** An operand's factors in one module, with coefficients and scaling in B: ΔW = B·A. */
export interface OperandFactors {
  /** Sum of the ranks of its leaves. */
  readonly rank: number;
  /** `[rank, in]`, row-major. */
  readonly a: Float32Array;
  /** `[out, rank]`, row-major; not rounded to what a file holds. */
  readonly b: Float64Array;
}

/** Factors of one module that an operator made: ΔW = B·A. */
export interface MadeFactors {
  readonly rank: number;
  /** `[rank, in]`, row-major. */
  readonly a: Float32Array;
  /** `[out, rank]`, row-major. */
  readonly b: Float32Array;
  /** Where the operator approximates its operand: how well. */
  readonly approximation?: {
    /** ‖exact‖_F. */
    readonly norm: number;
    /** ‖made − exact‖_F, before factors are rounded to float32. */
    readonly errorNorm: number;
  };
}

/** One module, as an operator of factors sees it. */
export interface FactorsInput {
  /** Path of the module. */
  readonly path: string;
  readonly outFeatures: number;
  readonly inFeatures: number;
  /** Factors of the operands (stacked, where an operand is a combination), in their order; undefined for one that lacks the module. */
  readonly operands: readonly (OperandFactors | undefined)[];
  /** Every option that was written or has a default, as an exact decimal in its canonical spelling. */
  readonly options: Readonly<Record<string, string>>;
}

/** One number that a call takes by name. */
export interface OptionSyntax {
  readonly kind: 'whole' | 'decimal';
  /** Limits; a value may be `least` or `most`, but neither `above` nor `below`. */
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
  /** Value where none is written, a decimal in its canonical spelling. Without a default the option must be written, unless `exactlyOne` has it. */
  readonly default?: string;
  /** A value for advice: `16`. */
  readonly example: string;
  /** What it sets, for the documents. */
  readonly wording: string;
}

/** How a call is written: `name(x, y, option: value)`. */
export interface CallSyntax {
  /** How many expressions it takes. */
  readonly operands: { readonly least: number; readonly most: number };
  /** By name, in the order in which they are printed. */
  readonly options: Readonly<Record<string, OptionSyntax>>;
  /** Sets of options of which exactly one is written. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** A call for advice: `compress(x, rank: 16)`. */
  readonly example: string;
}

/** An operator of factors: makes a leaf of its own from the factors of its operands, module by module. */
export interface FactorOperator {
  readonly call: CallSyntax;
  /** What it makes, for the documents: `the best approximation of x with a smaller rank`. */
  readonly wording: string;
  /** Part of the keys of what it makes: raise it when the same input gives other factors. */
  readonly version: number;
  /**
   * Makes one module. The same input must give the same bytes.
   *
   * @returns undefined where the result has no such module
   */
  readonly factors: (input: FactorsInput) => MadeFactors | undefined;
}
