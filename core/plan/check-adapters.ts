/** What is wrong with an experiment's adapters as a set: found when it is planned, before anything runs. */
import { touchedModules } from '../algebra/application-modules.js';
import { adapterNames } from '../algebra/evaluate.js';
import { refuseOnlyRight, refuseStrangers } from '../algebra/missing-modules.js';
import { OminusError } from '../errors.js';
import { printFormula } from '../expression/print.js';
import type { Formula } from '../expression/types.js';
import type { LinearShape } from '../onnx/decoder/scope.js';
import { baseModelWarnings, checkModulesToSave, checkShapes, type NamedAdapter } from '../adapter/combinable.js';
import { checkFitsModel } from '../adapter/fits-model.js';
import type { Experiment } from './experiment.js';

/**
 * Checks shapes over all adapters, and per step what cannot be combined or evaluated.
 *
 * @param adapters - of the spec, by name
 * @param model - linear modules of the model that evaluates, by path, where they are known
 * @returns warnings
 * @throws OminusError `ADAPTER_MISMATCH`, `ADAPTER_UNSUPPORTED`, `OUTPUT_FORBIDDEN` for an output that is zero for certain
 */
export function checkAdapters(
  { steps, candidates, missing, outputs }: Pick<Experiment, 'steps' | 'candidates' | 'missing' | 'outputs'>,
  adapters: ReadonlyMap<string, NamedAdapter>,
  model?: ReadonlyMap<string, LinearShape>,
): readonly string[] {
  const all = [...adapters.values()];
  checkShapes(all);
  const used = steps.map(({ name, formula }) => ({ name, formula, adapters: adapterNames(formula) }));
  const modulesOf = (name: string): Iterable<string> => adapters.get(name)?.description.modules.keys() ?? [];
  for (const { name, formula, adapters: names } of used) {
    checkModulesToSave(formula, named(names, adapters));
    refuseStrangers(formula, modulesOf);
    if (missing === 'error') {
      refuseOnlyRight(formula, modulesOf);
    }
    if (outputs.some(({ step }) => step === name) && touchedModules(formula, modulesOf).size === 0) {
      throw zeroOutput(name, formula);
    }
  }
  const evaluated = [...used, ...[...adapters.keys()].map((name) => ({ name, adapters: [name] }))].filter(({ name }) =>
    candidates.includes(name),
  );
  for (const adapter of evaluated.flatMap((candidate) => named(candidate.adapters, adapters))) {
    refuseSavedModules(adapter);
    if (model !== undefined) {
      checkFitsModel(`adapter=${adapter.name}`, adapter.description, model);
    }
  }
  const own = all.flatMap(({ name, description }) => description.warnings.map((text) => `adapter ${name}: ${text}`));
  return [...own, ...baseModelWarnings(all)];
}

function zeroOutput(step: string, formula: Formula): OminusError {
  return new OminusError('OUTPUT_FORBIDDEN', {
    message: `the output of ${step} would be the zero adapter: nothing is left of ${printFormula(formula)}`,
    hint: 'The result is the base model itself. Check coefficients and operands, or remove the output.',
  });
}

/**
 * Refuses an adapter that replaces whole modules where it would be run: inference adds factors to the base model only, so
 * its scores would be those of another model.
 *
 * @throws OminusError `ADAPTER_UNSUPPORTED`
 */
export function refuseSavedModules({ name, description }: NamedAdapter): void {
  if (description.savedTensors.length > 0) {
    throw new OminusError('ADAPTER_UNSUPPORTED', {
      message: `cannot evaluate an adapter with modules_to_save [adapter=${name}]: ${description.modulesToSave.join(', ')}`,
      hint: 'Write it with output and evaluate it elsewhere, or use an adapter without modules_to_save.',
    });
  }
}

function named(names: readonly string[], adapters: ReadonlyMap<string, NamedAdapter>): readonly NamedAdapter[] {
  return names.flatMap((name) => adapters.get(name) ?? []);
}
