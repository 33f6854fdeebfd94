/** Whether adapters can be combined at all, and what is doubtful about it. */
import { OminusError } from '../errors.js';
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
 * Refuses `modules_to_save` that arithmetic cannot carry: they replace whole modules, so only the leftmost adapter's can be
 * kept, and only if no other adapter has any.
 *
 * @param adapters - leaves of a combination, the leftmost first
 * @throws OminusError `ADAPTER_UNSUPPORTED` naming the adapter
 */
export function checkModulesToSave(adapters: readonly NamedAdapter[]): void {
  const [first, ...others] = adapters;
  const other = others.find(({ description }) => description.savedTensors.length > 0);
  if (first === undefined || other === undefined) {
    return;
  }
  const names = other.description.modulesToSave.join(', ');
  const both = first.description.savedTensors.length > 0 ? ', and so has the leftmost adapter' : '';
  throw new OminusError('ADAPTER_UNSUPPORTED', {
    message: `cannot combine whole modules [adapter=${other.name}]: it has modules_to_save (${names})${both}`,
    hint: 'Use adapters without modules_to_save on the right side of an operator.',
  });
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
