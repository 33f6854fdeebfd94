/** Gram matrices and scaled factors by onnxruntime: the same values as core/algebra, on whatever device has float64. */
import type { LoraFactors } from '../../core/algebra/factors.js';
import { pairCount, pairPlace, type ModuleGram } from '../../core/algebra/gram.js';
import { OminusError } from '../../core/errors.js';
import {
  GRAM_OUTPUT,
  SCALED_OUTPUT,
  buildGramGraph,
  buildScaleGraph,
  leafInputs,
} from '../../core/onnx/merge-graphs.js';
import { float32Data, float32Tensor, float64Data, float64Tensor } from './runtime.js';
import type { Runtime, RuntimeTensor, Session } from './runtime.js';

/** Keeps one session per kind of graph and number of leaves. */
export class MergeSessions {
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Promise<Session>>();

  /** @throws OminusError `DEVICE_UNAVAILABLE` on WebGPU, which has no float64 */
  constructor(runtime: Runtime) {
    if (runtime.device === 'webgpu') {
      throw new OminusError('DEVICE_UNAVAILABLE', {
        message: 'merges need float64, which [device=webgpu] does not have',
        hint: 'Use --device cpu or --device cuda to merge.',
      });
    }
    this.#runtime = runtime;
  }

  /**
   * As `moduleGram` of core/algebra/gram.
   *
   * @param leaves - factors by leaf, of the same shape; undefined for a leaf that lacks the module
   */
  async moduleGram(leaves: readonly (LoraFactors | undefined)[]): Promise<ModuleGram> {
    const places = [...leaves.keys()].filter((j) => leaves[j] !== undefined);
    const present = await this.#presentGram(leaves.filter((factors) => factors !== undefined));
    return places.length === leaves.length ? present : spreadPairs(present, places, leaves.length);
  }

  /** For leaves that all have the module. */
  async #presentGram(leaves: readonly LoraFactors[]): Promise<ModuleGram> {
    const session = await this.#session('gram', leaves.length);
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [j, { rank, a, b, scaling }] of leaves.entries()) {
      const names = leafInputs(j);
      feeds[names.a] = float32Tensor(a, [rank, a.length / rank]);
      feeds[names.b] = float32Tensor(b, [b.length / rank, rank]);
      feeds[names.scaling] = float64Tensor(Float64Array.of(scaling), []);
    }
    const values = float64Data(await session.run(feeds, [GRAM_OUTPUT]), GRAM_OUTPUT);
    return { values, rows: (2 * values.length) / (leaves.length * (leaves.length + 1)) };
  }

  /**
   * As `scaleB` of core/algebra/stack, for leaves that all have the module.
   *
   * @param coefficients - `[leaves, rows]`
   */
  async scaleB(leaves: readonly LoraFactors[], coefficients: Float64Array): Promise<Float32Array> {
    const session = await this.#session('scale', leaves.length);
    const rows = coefficients.length / leaves.length;
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [j, { rank, b, scaling }] of leaves.entries()) {
      const names = leafInputs(j);
      feeds[names.b] = float32Tensor(b, [rows, rank]);
      feeds[names.c] = float64Tensor(coefficients.subarray(j * rows, (j + 1) * rows), [rows]);
      feeds[names.scaling] = float64Tensor(Float64Array.of(scaling), []);
    }
    return float32Data(await session.run(feeds, [SCALED_OUTPUT]), SCALED_OUTPUT);
  }

  async release(): Promise<void> {
    const open = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    await Promise.all(open.map((session) => session.release()));
  }

  #session(kind: 'gram' | 'scale', leaves: number): Promise<Session> {
    const key = `${kind} ${String(leaves)}`;
    const known = this.#sessions.get(key);
    const graph = kind === 'gram' ? buildGramGraph : buildScaleGraph;
    const session = known ?? this.#runtime.open(graph(leaves), 'MODEL_INVALID');
    this.#sessions.set(key, session);
    return session;
  }
}

/** Pairs of some leaves among those of all; pairs with a leaf that lacks the module are zero. */
function spreadPairs({ values, rows }: ModuleGram, places: readonly number[], leaves: number): ModuleGram {
  const spread = new Float64Array(pairCount(leaves) * rows);
  for (const [j, left] of places.entries()) {
    for (const [l, right] of places.entries()) {
      const from = pairPlace(j, l, places.length) * rows;
      spread.set(values.subarray(from, from + rows), pairPlace(left, right, leaves) * rows);
    }
  }
  return { values: spread, rows };
}
