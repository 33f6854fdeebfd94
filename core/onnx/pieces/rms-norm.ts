/** Root-mean-square norm. */
import type { Norm } from '../decoder/decoder.js';

/**
 * x / rms(x) · weight, row by row; the runtime's own operator, which every execution provider has.
 *
 * @param name - of the module, e.g. `model.norm`
 * @param epsilon - added to the mean square
 */
export const rmsNorm =
  (name: string, epsilon: number): Norm =>
  ({ g, sizes }, x) => {
    const weight = g.weight(`${name}.weight`, [sizes.hiddenSize]);
    return g.op('SimplifiedLayerNormalization', [x, weight], { axis: { int: -1 }, epsilon: { float: epsilon } });
  };
