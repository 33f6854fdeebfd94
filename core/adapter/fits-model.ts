/** Whether adapters fit the model that they would be run on. */
import { OminusError } from '../errors.js';
import type { LinearShape } from '../onnx/decoder/scope.js';
import type { AdapterDescription } from './types.js';

/**
 * Refuses an adapter with a target module that the model lacks, or has in another shape.
 *
 * @param where - what messages say of the adapter, e.g. `adapter=expert`
 * @param model - the model's linear modules, by path
 * @throws OminusError `ADAPTER_MISMATCH` naming the module
 */
export function checkFitsModel(
  where: string,
  { modules }: Pick<AdapterDescription, 'modules'>,
  model: ReadonlyMap<string, LinearShape>,
): void {
  const hint = 'Use an adapter that was trained on this base model.';
  for (const { path, inFeatures, outFeatures } of modules.values()) {
    const shape = model.get(path);
    if (shape === undefined) {
      throw new OminusError('ADAPTER_MISMATCH', {
        message: `the adapter changes [module=${path}], which is not a linear module of the base model [${where}]`,
        hint,
      });
    }
    if (inFeatures !== shape.in || outFeatures !== shape.out) {
      throw new OminusError('ADAPTER_MISMATCH', {
        message: `the adapter does not fit [module=${path}]: it is ${String(outFeatures)}×${String(inFeatures)}, but the model's is ${String(shape.out)}×${String(shape.in)} [${where}]`,
        hint,
      });
    }
  }
}
