/** Evaluates a whole formula: operand by operand, from the inside out. */
import type { Digest } from '../digest.js';
import { assertNever, OminusError } from '../errors.js';
import type { Application, Formula, MadeFormula } from '../expression/types.js';
import { applyOperator, operatorCoefficients, type ApplyOptions } from './apply-operator.js';
import { leafOperand, zeroCoefficients } from './leaf.js';
import { StructuralKeys } from './structural-keys.js';
import type { Coefficients, CombineDiagnostics, Gram } from './types.js';

/** One application that was made on the way. */
export interface EvaluatedStep {
  readonly application: Application<Formula>;
  readonly diagnostics: CombineDiagnostics;
}

/** A formula's value. */
export interface EvaluatedFormula {
  readonly coefficients: Coefficients;
  /** In the order of evaluation; the last one is the formula's own. */
  readonly steps: readonly EvaluatedStep[];
}

/** How a formula is evaluated. */
export interface EvaluateOptions extends ApplyOptions {
  /**
   * Values of applications by their structure, over the same leaves: looked up, and added to, the latest last. Points of a sweep
   * share what their λ do not change. What is found has no step, since it was not evaluated.
   */
  readonly known?: Map<string, Coefficients>;
  /** Digest of a made leaf, which the Gram matrices cover; without it a formula that has one is refused. */
  readonly madeLeafOf?: (made: MadeFormula) => Digest;
}

/**
 * Evaluates a formula, and says what every application did.
 *
 * @param leafOf - digest of a named adapter
 * @throws OminusError as {@link applyOperator}
 */
export function evaluateFormula(
  formula: Formula,
  gram: Gram,
  leafOf: (name: string) => Digest,
  { known, madeLeafOf, ...options }: EvaluateOptions = {},
): EvaluatedFormula {
  const steps: EvaluatedStep[] = [];
  const leaves = leavesBy(leafOf, madeLeafOf);
  const coefficients = evaluateParts(formula, gram, leaves, known, (operands, application) => {
    const applied = applyOperator(gram, operands, options);
    steps.push({ application, diagnostics: applied.diagnostics });
    return applied.coefficients;
  });
  return { coefficients, steps };
}

/**
 * The value of a formula alone, the same numbers as {@link evaluateFormula}: for callers of many formulas, for whom diagnostics would be
 * half of the work.
 *
 * @param leafOf - digest of a named adapter
 * @throws OminusError as {@link applyOperator}
 */
export function formulaCoefficients(
  formula: Formula,
  gram: Gram,
  leafOf: (name: string) => Digest,
  { known, madeLeafOf, ...options }: EvaluateOptions = {},
): Coefficients {
  const leaves = leavesBy(leafOf, madeLeafOf);
  return evaluateParts(formula, gram, leaves, known, (operands) => operatorCoefficients(gram, operands, options));
}

/** Digest of a formula that is a leaf. */
type LeafOf = (leaf: Extract<Formula, { kind: 'adapter' | 'make' }>) => Digest;

function leavesBy(leafOf: (name: string) => Digest, madeLeafOf: EvaluateOptions['madeLeafOf']): LeafOf {
  return (leaf) => {
    if (leaf.kind === 'adapter') {
      return leafOf(leaf.name);
    }
    if (madeLeafOf === undefined) {
      throw new OminusError('INTERNAL', { message: `the product of ${leaf.call.operator} is not at hand here` });
    }
    return madeLeafOf(leaf);
  };
}

/** From the inside out; `apply` is called for every application whose value is not known. */
function evaluateParts(
  formula: Formula,
  gram: Gram,
  leafOf: LeafOf,
  known: Map<string, Coefficients> | undefined,
  apply: (operands: Application<Coefficients>, application: Application<Formula>) => Coefficients,
): Coefficients {
  const keys = known === undefined ? undefined : new StructuralKeys(leafOf);
  const evaluate = (part: Formula): Coefficients => {
    switch (part.kind) {
      case 'zero':
        return zeroCoefficients();
      case 'adapter':
      case 'make':
        return leafOperand(gram, leafOf(part));
      case 'apply': {
        const key = keys?.of(part) ?? '';
        const found = known?.get(key);
        if (found !== undefined) {
          known?.delete(key);
          known?.set(key, found);
          return found;
        }
        const { application } = part;
        const { reference, ...rest } = application;
        const operands = { left: evaluate(application.left), right: evaluate(application.right) };
        const resolved: Application<Coefficients> = {
          ...rest,
          ...operands,
          ...(reference === undefined ? {} : { reference: evaluate(reference) }),
        };
        const coefficients = apply(resolved, application);
        known?.set(key, coefficients);
        return coefficients;
      }
      default:
        return assertNever(part);
    }
  };
  return evaluate(formula);
}

/** Names of the adapters in a formula, those of which its made leaves are made too, in the order of their first occurrence. */
export function adapterNames(formula: Formula): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Formula): void => {
    switch (part.kind) {
      case 'adapter':
        names.add(part.name);
        return;
      case 'zero':
        return;
      case 'apply':
        partsOf(part.application).forEach(visit);
        return;
      case 'make':
        part.call.operands.forEach(visit);
        return;
      default:
        assertNever(part);
    }
  };
  visit(formula);
  return [...names];
}

/** The made leaves over which a formula is a combination, without those of which they are made, in the order of their occurrence. */
export function madeLeaves(formula: Formula): readonly MadeFormula[] {
  switch (formula.kind) {
    case 'adapter':
    case 'zero':
      return [];
    case 'apply':
      return partsOf(formula.application).flatMap(madeLeaves);
    case 'make':
      return [formula];
    default:
      return assertNever(formula);
  }
}

function partsOf({ left, right, reference }: Application<Formula>): readonly Formula[] {
  return reference === undefined ? [left, right] : [left, right, reference];
}
