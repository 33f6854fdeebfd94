/** Evaluates a whole formula: operand by operand, from the inside out. */
import type { Digest } from '../digest.js';
import { assertNever } from '../errors.js';
import { printFormula } from '../expression/print.js';
import type { Application, Formula } from '../expression/types.js';
import { applyOperator, operatorCoefficients, type ApplyOptions } from './apply-operator.js';
import { leafOperand, zeroCoefficients } from './leaf.js';
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
   * Values of applications by their text, over the same leaves: looked up, and added to, the latest last. Points of a sweep
   * share what their λ do not change. What is found has no step, since it was not evaluated.
   */
  readonly known?: Map<string, Coefficients>;
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
  { known, ...options }: EvaluateOptions = {},
): EvaluatedFormula {
  const steps: EvaluatedStep[] = [];
  const coefficients = evaluateParts(formula, gram, leafOf, known, (operands, application) => {
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
  { known, ...options }: EvaluateOptions = {},
): Coefficients {
  return evaluateParts(formula, gram, leafOf, known, (operands) => operatorCoefficients(gram, operands, options));
}

/** From the inside out; `apply` is called for every application whose value is not known. */
function evaluateParts(
  formula: Formula,
  gram: Gram,
  leafOf: (name: string) => Digest,
  known: Map<string, Coefficients> | undefined,
  apply: (operands: Application<Coefficients>, application: Application<Formula>) => Coefficients,
): Coefficients {
  const evaluate = (part: Formula): Coefficients => {
    switch (part.kind) {
      case 'zero':
        return zeroCoefficients();
      case 'adapter':
        return leafOperand(gram, leafOf(part.name));
      case 'apply': {
        const text = known === undefined ? '' : printFormula(part);
        const found = known?.get(text);
        if (found !== undefined) {
          known?.delete(text);
          known?.set(text, found);
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
        known?.set(text, coefficients);
        return coefficients;
      }
      default:
        return assertNever(part);
    }
  };
  return evaluate(formula);
}

/** Names of the adapters in a formula, in the order of their first occurrence. */
export function adapterNames(formula: Formula): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Formula): void => {
    if (part.kind === 'adapter') {
      names.add(part.name);
    } else if (part.kind === 'apply') {
      const { left, right, reference } = part.application;
      visit(left);
      visit(right);
      if (reference !== undefined) {
        visit(reference);
      }
    }
  };
  visit(formula);
  return [...names];
}
