/** Whether a device computes: its libraries may be there without a GPU or a driver, and its products may be rounded. */
import { GraphBuilder } from '../../core/onnx/graph-builder.js';
import { OminusError } from '../../core/errors.js';
import { float32Data, float32Tensor, type Runtime } from './runtime.js';

/** Rows and columns: as large as the products of a small model, for which a library chooses its usual way to compute. */
const SIZE = 128;
const HALF = SIZE / 2;
/** Is 1 for whatever keeps fewer than 20 bits behind the point: TensorFloat-32 has 10, bfloat16 has 7, float32 has 23. */
const FINE = 1 + 2 ** -20;

/** [[d·I, F], [0, 0]] with F full of one number f. Its square is that of d² and d·f, one term per entry: exact in any order. */
function blocks(d: number, f: number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [row, column] = [Math.floor(i / SIZE), i % SIZE];
    if (row >= HALF) {
      return 0;
    }
    return column >= HALF ? f : column === row ? d : 0;
  });
}
const INPUT = blocks(2, FINE);
const SQUARE = blocks(4, 2 * FINE);

/**
 * Multiplies a matrix with itself on the runtime's device.
 *
 * @throws OminusError `DEVICE_UNAVAILABLE` where it cannot be used, computes something else or rounds factors to fewer digits
 *   than a float32 has; what running a graph throws
 */
export async function probeDevice(runtime: Runtime): Promise<void> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [SIZE, SIZE]);
  graph.output('y', graph.op('MatMul', [x, x]), 'float32', [SIZE, SIZE]);
  const session = await runtime.open(graph.encode('probe'), 'MODEL_INVALID');
  try {
    checkSquare(float32Data(await session.run({ x: float32Tensor(INPUT, [SIZE, SIZE]) }, ['y']), 'y'), runtime.device);
  } finally {
    await session.release();
  }
}

/** Holds what a device computed against the square of the probe's matrix. */
function checkSquare(square: Float32Array, device: string): void {
  const place = SQUARE.findIndex((value, i) => square[i] !== value);
  if (place === -1 && square.length === SQUARE.length) {
    return;
  }
  const [expected = NaN, got = NaN] = [SQUARE[place], square[place]];
  const isRounded = Math.abs(got - expected) < 2 ** -6;
  throw new OminusError('DEVICE_UNAVAILABLE', {
    message: `a product of two small matrices is ${isRounded ? 'less precise than float32' : 'wrong'} on [device=${device}]: expected ${String(expected)}, got ${String(got)}`,
    hint: isRounded
      ? 'Turn off reduced float32 precision on the device (TensorFloat-32), or use --device cpu.'
      : 'Update the driver of the device.',
  });
}
