/** One application of an operator to combinations. */
import { OminusError } from '../errors.js';
import { arithmetic } from '../numeric/arithmetic.js';
import type { Application } from '../expression/types.js';
import { diagnoseModule, type ModuleApplication } from './diagnose.js';
import { spreadModule, unionOfLeaves, unionOfModules } from './leaf.js';
import { refuseMissing } from './missing-modules.js';
import type { RowsInput } from './operators/operator.js';
import { ROW_OPERATORS } from './operators/registry.js';
import { ModuleRows } from './row-norms.js';
import type { Coefficients, CombineDiagnostics, Gram, ModuleDiagnostics } from './types.js';

/**
 * A coefficient counts as cancelled up to this share of its two parts: `e ⊖ 0.9·e ⊖ 0.1·e` leaves −2.8e-17 of e in float64, of
 * which a later Ext would make a direction.
 */
const CANCELLED_SHARE = 1e-12;

/** What an application gives. */
export interface AppliedOperator {
  readonly coefficients: Coefficients;
  readonly diagnostics: CombineDiagnostics;
}

/** How an application treats what its operands lack. */
export interface ApplyOptions {
  /** `error` refuses target modules that only the right operand has; default `pass`. */
  readonly missing?: 'pass' | 'error';
}

/**
 * Evaluates `left ± λ·right` or `left ± λ·Ext(right)`, module by module and row by row, and says what that did. The leaves of the
 * result are those of left, right and reference in the order of their first occurrence; operands are not modified.
 *
 * @param gram - covers all leaves
 * @throws OminusError `ADAPTER_MISMATCH` under `missing: error`, `OVERFLOW` when a coefficient leaves the range of float64
 */
export function applyOperator(
  gram: Gram,
  application: Application<Coefficients>,
  options: ApplyOptions = {},
): AppliedOperator {
  const modules: ModuleDiagnostics[] = [];
  const coefficients = applyToModules(gram, application, options, (module) => {
    modules.push(diagnoseModule(module));
  });
  return { coefficients, diagnostics: { modules } };
}

/**
 * As {@link applyOperator}, without diagnostics, which would be half of the work.
 *
 * @throws OminusError as {@link applyOperator}
 */
export function operatorCoefficients(
  gram: Gram,
  application: Application<Coefficients>,
  options: ApplyOptions = {},
): Coefficients {
  return applyToModules(gram, application, options, () => undefined);
}

function applyToModules(
  gram: Gram,
  application: Application<Coefficients>,
  options: ApplyOptions,
  onModule: (module: ModuleApplication) => void,
): Coefficients {
  const { left, right, reference } = application;
  const leaves = unionOfLeaves(left, right, reference);
  const paths = unionOfModules(left, right, reference);
  if (options.missing === 'error' && left.leaves.length > 0) {
    refuseMissing(left.modules.keys(), right.modules.keys());
  }
  const modules = new Map<string, Float64Array>();
  for (const path of paths) {
    const module = new ModuleRows(gram, path, leaves);
    const whole = spreadModule(left, path, leaves, module.rows);
    const operands = {
      left: whole,
      right: spreadModule(right, path, leaves, module.rows),
      reference: reference === undefined ? whole : spreadModule(reference, path, leaves, module.rows),
    };
    const input = rowsInput(module, operands.right, operands.reference);
    const edit = ROW_OPERATORS[application.operator].rows(input);
    const result = applyEdit(operands.left, application.sign * Number(application.lambda), edit);
    if (result === undefined) {
      throw new OminusError('OVERFLOW', {
        message: `a coefficient is beyond float64 [module=${path}, lambda=${application.lambda}]`,
        hint: 'Use a smaller lambda.',
      });
    }
    modules.set(path, result);
    onModule({
      gram,
      path,
      leaves,
      module,
      ...input,
      left: operands.left,
      edit,
      result,
      missingIn: sideWithout(path, left, right),
    });
  }
  return { leaves, modules };
}

/** What an operator sees; what it does not ask for is not computed. */
function rowsInput(module: ModuleRows, right: Float64Array, reference: Float64Array): RowsInput {
  return {
    right,
    reference,
    rightNorms: once(() => module.norms(right)),
    referenceNorms: once(() => module.norms(reference)),
    products: once(() => module.products(reference, right)),
  };
}

function once<T>(compute: () => T): () => T {
  let value: { readonly is: T } | undefined;
  return () => (value ??= { is: compute() }).is;
}

/**
 * left + weight · edit, where cancelled coefficients are exactly 0.
 *
 * @param edit - multiplied by the weight in place
 * @returns undefined when a coefficient is beyond float64
 */
function applyEdit(left: Float64Array, weight: number, edit: Float64Array): Float64Array | undefined {
  const result = new Float64Array(left.length);
  return arithmetic().applyEdit(left, edit, weight, CANCELLED_SHARE, result) ? result : undefined;
}

function sideWithout(path: string, left: Coefficients, right: Coefficients): ModuleDiagnostics['missingIn'] {
  // What is added to the zero adapter (the head of `2·e ⊖ …`) is missing nowhere.
  if (left.leaves.length === 0) {
    return 'none';
  }
  return left.modules.has(path) ? (right.modules.has(path) ? 'none' : 'right') : 'left';
}
