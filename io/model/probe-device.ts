/** Whether a device computes: its libraries may be there without a GPU or a driver. */
import { GraphBuilder } from '../../core/onnx/graph-builder.js';
import { OminusError } from '../../core/errors.js';
import { float32Data, float32Tensor, type Runtime } from './runtime.js';

/** A product that no device may get wrong. */
const SIZE = 4;
const INPUT = Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % (SIZE + 1) === 0 ? 2 : 0));

/**
 * Multiplies twice the identity with itself on the runtime's device.
 *
 * @throws OminusError `DEVICE_UNAVAILABLE` where it cannot be used or computes something else
 */
export async function probeDevice(runtime: Runtime): Promise<void> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [SIZE, SIZE]);
  graph.output('y', graph.op('MatMul', [x, x]), 'float32', [SIZE, SIZE]);
  const session = await runtime.open(graph.encode('probe'), 'MODEL_INVALID');
  try {
    const product = float32Data(await session.run({ x: float32Tensor(INPUT, [SIZE, SIZE]) }, ['y']), 'y');
    if (!product.every((value, i) => value === 2 * (INPUT[i] ?? 0))) {
      throw new OminusError('DEVICE_UNAVAILABLE', {
        message: `a product of two small matrices comes out wrong on [device=${runtime.device}]`,
        hint: 'Update the driver of the device.',
      });
    }
  } finally {
    await session.release();
  }
}
