/** The only file that imports onnxruntime-node: sessions, tensors, devices, and its errors as ours. */
import './no-telemetry.js'; // before the next line
import { InferenceSession, Tensor, env, listSupportedBackends } from 'onnxruntime-node';
import { OminusError } from '../../core/errors.js';
import { loadError, runError } from './runtime-error.js';
import type { Device } from './types.js';
import { WholeNumbers } from './whole-numbers.js';

/** A tensor on the CPU; its data must not be changed while a session runs. */
export type RuntimeTensor = Tensor;
/** Tensors by input or output name. */
export type Feeds = Readonly<Record<string, RuntimeTensor>>;

/** A loaded graph. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once; other callers of this thread wait meanwhile.
   *
   * @throws OminusError `OUT_OF_MEMORY` when the batch was too large, `DEVICE_UNAVAILABLE` or `INFERENCE_CRASHED` when the
   *   device failed, else `INTERNAL`
   */
  run(feeds: Feeds, fetches: readonly string[]): Promise<Feeds>;
  release(): Promise<void>;
}

/** How sessions are made. */
export interface RuntimeOptions {
  readonly device: Device;
  /** Threads of one operator. */
  readonly threads: number;
}

/** Makes sessions on one device and counts the time inside them. */
export class Runtime {
  /** Wall time inside `session.run` so far, in milliseconds. */
  sessionRunMs = 0;
  /** Runs so far. */
  sessionRuns = 0;
  readonly version: string = env.versions.node ?? env.versions.common;
  readonly device: Device;
  /** Of one operator. */
  readonly threads: number;

  constructor({ device, threads }: RuntimeOptions) {
    this.device = device;
    this.threads = threads;
  }

  /**
   * Loads a graph.
   *
   * @param model - bytes of an ONNX model, or the path of one
   * @param dataFolder - folder of its external data
   * @throws OminusError `DEVICE_UNAVAILABLE`, `OUT_OF_MEMORY`, or `invalid` when the graph is refused
   */
  async open(
    model: Uint8Array | string,
    invalid: 'MODEL_INVALID' | 'CLASSIFIER_INVALID',
    dataFolder?: string,
  ): Promise<Session> {
    const options = this.#sessionOptions(dataFolder);
    let session: InferenceSession;
    try {
      session = await (typeof model === 'string'
        ? InferenceSession.create(model, options)
        : InferenceSession.create(model, options));
    } catch (error) {
      throw loadError(error, this.device, invalid);
    }
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      run: async (feeds, fetches) => {
        const start = performance.now();
        try {
          return await session.run(feeds, fetches);
        } catch (error) {
          throw runError(error, this.device);
        } finally {
          this.sessionRuns++;
          this.sessionRunMs += performance.now() - start;
        }
      },
      release: () => session.release(),
    };
  }

  #sessionOptions(dataFolder: string | undefined): InferenceSession.SessionOptions {
    return {
      executionProviders: this.device === 'cpu' ? ['cpu'] : [this.device, 'cpu'],
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 4, // the errors reach us as exceptions; its own log would land in the user's terminal
      extra: {
        session: {
          // Prepacking copies every weight (3.3 times the load time and all of the memory) for no measurable speed.
          disable_prepacking: '1',
          // Its threads wait in a loop for the next run. Between two calls they would take the core that prepares the next one.
          force_spinning_stop: '1',
          ...(dataFolder === undefined ? {} : { model_external_initializers_file_folder_path: dataFolder }),
        },
      },
    };
  }
}

/** An int64 tensor over the given numbers (not copied). */
export function int64Tensor(values: WholeNumbers, dims: readonly number[]): RuntimeTensor {
  return new Tensor('int64', values.int64, dims);
}

/** A float32 tensor over the given array (not copied). */
export function float32Tensor(values: Float32Array, dims: readonly number[]): RuntimeTensor {
  return new Tensor('float32', values, dims);
}

/** A float64 tensor over the given array (not copied). */
export function float64Tensor(values: Float64Array, dims: readonly number[]): RuntimeTensor {
  return new Tensor('float64', values, dims);
}

/** The values of a float64 output. */
export function float64Data(feeds: Feeds, name: string): Float64Array {
  const data = feeds[name]?.data;
  if (!(data instanceof Float64Array)) {
    throw new OminusError('INTERNAL', { message: `onnxruntime gave no float64 output [name=${name}]` });
  }
  return data;
}

/** The values of a float32 output. */
export function float32Data(feeds: Feeds, name: string): Float32Array {
  const data = feeds[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new OminusError('INTERNAL', { message: `onnxruntime gave no float32 output [name=${name}]` });
  }
  return data;
}

/** The values of an int64 output, which are indices. */
export function int64Data(feeds: Feeds, name: string): readonly number[] {
  const data = feeds[name]?.data;
  if (!(data instanceof BigInt64Array)) {
    throw new OminusError('INTERNAL', { message: `onnxruntime gave no int64 output [name=${name}]` });
  }
  return new WholeNumbers(data).toArray();
}

/** Devices that this build of onnxruntime knows, and whether what they need is in the package. Loads the native library. */
export function knownBackends(): readonly { readonly name: string; readonly bundled: boolean }[] {
  return listSupportedBackends();
}
