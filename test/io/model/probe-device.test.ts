import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { InferenceServer } from '../../../io/model/inference-server.js';
import { probeDevice } from '../../../io/model/probe-device.js';
import { float32Data, float32Tensor, Runtime, type Feeds, type Session } from '../../../io/model/runtime.js';
import { demo } from './support.js';

/** A device that changes every factor before it multiplies. */
class ChangingRuntime extends Runtime {
  readonly #change: (value: number) => number;
  released = 0;

  constructor(change: (value: number) => number) {
    super({ device: 'cuda', threads: 1 });
    this.#change = change;
  }

  override open(): Promise<Session> {
    const run = (feeds: Feeds): Promise<Feeds> => {
      const [rows = 0, columns = 0] = feeds['x']?.dims ?? [];
      const x = float32Data(feeds, 'x').map(this.#change);
      const y = new Float32Array(rows * columns);
      y.forEach((_, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        let sum = 0;
        for (let k = 0; k < columns; k++) {
          sum += (x[i * columns + k] ?? NaN) * (x[k * columns + j] ?? NaN);
        }
        y[at] = sum;
      });
      return Promise.resolve({ y: float32Tensor(y, [rows, columns]) });
    };
    const release = (): Promise<void> => {
      this.released++;
      return Promise.resolve();
    };
    return Promise.resolve({ inputNames: ['x'], outputNames: ['y'], run, release });
  }
}

/** Rounds to so many bits behind the point of the significand. */
function keepingBits(bits: number): (value: number) => number {
  return (value) => {
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - bits);
    return Math.round(value / unit) * unit;
  };
}

describe('probeDevice', () => {
  it('accepts the CPU, and a device with all bits of a float32', async () => {
    await probeDevice(new Runtime({ device: 'cpu', threads: 1 }));
    const exact = new ChangingRuntime(keepingBits(23));
    await probeDevice(exact);
    expect(exact.released).toBe(1);
  });

  it('refuses a device that rounds factors to TensorFloat-32 or bfloat16', async () => {
    for (const bits of [10, 7]) {
      const rounding = new ChangingRuntime(keepingBits(bits));
      await expect(probeDevice(rounding)).rejects.toMatchObject({
        code: 'DEVICE_UNAVAILABLE',
        message: expect.stringMatching(
          /less precise than float32 on \[device=cuda\]: expected 2\.0000019\d*, got 2$/,
        ) as string,
        hint: expect.stringContaining('TensorFloat-32') as string,
      });
      expect(rounding.released).toBe(1);
    }
  });

  it('refuses a device that gives nothing or nonsense', async () => {
    for (const value of [0, NaN]) {
      await expect(probeDevice(new ChangingRuntime(() => value))).rejects.toMatchObject({
        code: 'DEVICE_UNAVAILABLE',
        message: expect.stringMatching(/is wrong on \[device=cuda\]/) as string,
      });
    }
  });
});

describe('an inference server', () => {
  it('probes any device but the CPU before it opens, scores or computes anything there', async () => {
    const rounding = new InferenceServer(new ChangingRuntime(keepingBits(10)));
    const { signal } = new AbortController();
    const ref = { folder: demo('base'), digest: digestOf('base') };
    const refused = { code: 'DEVICE_UNAVAILABLE', message: expect.stringContaining('less precise') as string };
    const ignore = (): void => undefined;
    await expect(rounding.answer('open', { model: ref }, signal, ignore)).rejects.toMatchObject(refused);
    const texts = { classifier: ref, label: undefined, texts: ['a'] };
    await expect(rounding.answer('classify', texts, signal, ignore)).rejects.toMatchObject(refused);
    const gram = { adapters: [ref], semantics: 'scaled' } as const;
    await expect(rounding.answer('gram', gram, signal, ignore)).rejects.toMatchObject(refused);
  });
});
