/** Layer norm with weight and bias. */
import type { Norm } from '../decoder/decoder.js';

/**
 * (x − mean) / √(variance + epsilon) · weight + bias, row by row.
 *
 * @param name - of the module, e.g. `model.decoder.final_layer_norm`
 */
export const layerNorm =
  (name: string, epsilon: number): Norm =>
  ({ g, sizes }, x) => {
    const weight = g.weight(`${name}.weight`, [sizes.hiddenSize]);
    const bias = g.weight(`${name}.bias`, [sizes.hiddenSize]);
    return g.op('LayerNormalization', [x, weight, bias], { axis: { int: -1 }, epsilon: { float: epsilon } });
  };
