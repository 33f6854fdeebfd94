/** Whether adapters can be combined at all, and what is doubtful about it. */
import { adapterNames } from '../algebra/evaluate.js';
import { assertNever, OminusError } from '../errors.js';
import type { Formula } from '../expression/types.js';
import type { AdapterDescription } from './types.js';

/** An adapter by the name that messages use for it. */
export interface NamedAdapter {
  readonly name: string;
  readonly description: AdapterDescription;
}

/**
 * Refuses adapters of different shapes.
 *
 * @throws OminusError `ADAPTER_MISMATCH` naming both adapters and the module
 */
export function checkShapes(adapters: readonly NamedAdapter[]): void {
  const seen = new Map<string, { readonly name: string; readonly shape: string }>();
  for (const { name, description } of adapters) {
    for (const { path, outFeatures, inFeatures } of description.modules.values()) {
      const shape = `[${String(outFeatures)}, ${String(inFeatures)}]`;
      const first = seen.get(path) ?? { name, shape };
      seen.set(path, first);
      if (first.shape !== shape) {
        throw mismatch(
          `[adapters=${first.name}, ${name}]: module ${path} is ${first.shape} in the first and ${shape} in the second`,
        );
      }
    }
  }
  const [first, ...others] = adapters;
  const other = others.find(({ description }) => description.fanInFanOut !== first?.description.fanInFanOut);
  if (first !== undefined && other !== undefined) {
    throw mismatch(`[adapters=${first.name}, ${other.name}]: fan_in_fan_out differs`);
  }
}

/**
 * Refuses `modules_to_save` that arithmetic cannot carry: they replace whole modules, so they can be kept only as they are, of the
 * one adapter that a formula begins with. Nowhere else may an adapter that has any occur, except as the beginning of a reference.
 *
 * @param adapters - those of the formula, by all of their names in it
 * @throws OminusError `ADAPTER_UNSUPPORTED` naming the adapter
 */
export function checkModulesToSave(formula: Formula, adapters: readonly NamedAdapter[]): void {
  const head = headOf(formula);
  const operands = operandNames(formula);
  for (const { name, description } of adapters) {
    if (description.savedTensors.length > 0 && (name !== head || operands.has(name))) {
      const problem =
        name === head
          ? 'the expression begins with it but also uses it as an operand'
          : 'the expression does not begin with it at coefficient 1';
      throw new OminusError('ADAPTER_UNSUPPORTED', {
        message: `cannot combine whole modules [adapter=${name}]: it has modules_to_save (${description.modulesToSave.join(', ')}), and ${problem}`,
        hint: 'Only the expert with which the expression begins may have modules_to_save; use other adapters without it.',
      });
    }
  }
}

/** The adapter with which a formula begins, with coefficient 1. */
function headOf(formula: Formula): string | undefined {
  switch (formula.kind) {
    case 'adapter':
      return formula.name;
    case 'apply':
      return headOf(formula.application.left);
    case 'zero':
    case 'make':
      return undefined;
    default:
      return assertNever(formula);
  }
}

/** Adapters that occur elsewhere than at the beginning of a formula, or of a reference in it. */
function operandNames(formula: Formula): ReadonlySet<string> {
  switch (formula.kind) {
    case 'adapter':
    case 'zero':
      return new Set();
    case 'make':
      return new Set(adapterNames(formula));
    case 'apply': {
      const { left, right, reference } = formula.application;
      return new Set([
        ...operandNames(left),
        ...adapterNames(right),
        ...(reference === undefined ? [] : operandNames(reference)),
      ]);
    }
    default:
      return assertNever(formula);
  }
}

/** Warnings about adapters that say they belong to different base models. */
export function baseModelWarnings(adapters: readonly NamedAdapter[]): readonly string[] {
  const [first, ...others] = adapters.filter(({ description }) => description.baseModel !== undefined);
  return others
    .filter(({ description }) => description.baseModel !== first?.description.baseModel)
    .map(
      ({ name, description }) =>
        `adapters name different base models: ${first?.name ?? ''} "${first?.description.baseModel ?? ''}", ` +
        `${name} "${description.baseModel ?? ''}"`,
    );
}

function mismatch(problem: string): OminusError {
  return new OminusError('ADAPTER_MISMATCH', {
    message: `cannot combine adapters of different models ${problem}`,
    hint: 'Use adapters that were trained on one base model.',
  });
}
