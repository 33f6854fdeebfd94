/** A candidate as inputs of the graph: stacked A factors, kept per set of leaves, and B factors scaled by its coefficients. */
import type { LoraFactors } from '../../core/algebra/gram.js';
import { scaleB, stackA, stackedRank } from '../../core/algebra/stack.js';
import type { Coefficients } from '../../core/algebra/types.js';
import { OminusError } from '../../core/errors.js';
import { firstNonFinite } from '../../core/numeric/tensor-bytes.js';
import type { LinearShape } from '../../core/onnx/decoder/config.js';
import { loraInputNames } from '../../core/onnx/decoder/linear.js';
import { readLeafFactors } from './leaf-factors.js';
import { float32Tensor } from './runtime.js';
import type { Feeds, RuntimeTensor } from './runtime.js';
import type { Candidate } from './types.js';

/** Leaf sets and candidates that stay in memory; a sweep needs one set, an order study a few candidates at a time. */
const KEPT_LEAF_SETS = 2;
const KEPT_CANDIDATES = 4;

/** The factors of one module, one entry per leaf; a leaf that leaves the module alone has none. */
interface StackedModule {
  readonly rank: number;
  readonly a: RuntimeTensor;
  readonly leaves: readonly (LoraFactors | undefined)[];
}

/** Makes and keeps the inputs of candidates of one model. */
export class CandidateInputs {
  private readonly modules: ReadonlyMap<string, LinearShape>;
  private readonly leafSets = new Map<string, ReadonlyMap<string, StackedModule>>();
  private readonly candidates = new Map<string, Feeds>();

  /** @param modules - the modules of the graph that have LoRA inputs */
  constructor(modules: ReadonlyMap<string, LinearShape>) {
    this.modules = modules;
  }

  /** The inputs of a candidate that was added before and is still kept. */
  get(id: string): Feeds | undefined {
    const feeds = this.candidates.get(id);
    if (feeds !== undefined) {
      touch(this.candidates, id, feeds, KEPT_CANDIDATES);
    }
    return feeds;
  }

  /**
   * Reads what is not in memory yet and scales it.
   *
   * @throws OminusError `ADAPTER_MISMATCH` when an adapter does not fit the model, by module and shapes, or what reading it throws
   */
  async add({ id, adapters, coefficients }: Candidate): Promise<Feeds> {
    const leaves = adapters.map(({ digest }) => digest);
    if (coefficients === undefined ? leaves.length > 0 : coefficients.leaves.join() !== leaves.join()) {
      throw new OminusError('INTERNAL', {
        message: `the leaves of the coefficients are not the adapters [candidate=${id}]`,
      });
    }
    const key = leaves.join();
    const stacked = this.leafSets.get(key) ?? (await this.stack(adapters.map(({ folder }) => folder)));
    touch(this.leafSets, key, stacked, KEPT_LEAF_SETS);
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [module, shape] of this.modules) {
      const names = loraInputNames(module);
      const part = stacked.get(module);
      if (part === undefined || coefficients === undefined) {
        feeds[names.a] = float32Tensor(new Float32Array(0), [0, shape.in]);
        feeds[names.b] = float32Tensor(new Float32Array(0), [shape.out, 0]);
      } else {
        feeds[names.a] = part.a;
        feeds[names.b] = float32Tensor(scaledFactor(part, module, shape, coefficients), [shape.out, part.rank]);
      }
    }
    touch(this.candidates, id, feeds, KEPT_CANDIDATES);
    return feeds;
  }

  /** A' = [A_1; A_2; …] of every module, and the B factors it needs later. */
  private async stack(folders: readonly string[]): Promise<ReadonlyMap<string, StackedModule>> {
    const leaves: ReadonlyMap<string, LoraFactors>[] = [];
    for (const folder of folders) {
      const factors = await readLeafFactors(folder);
      checkFit(folder, factors, this.modules);
      leaves.push(factors);
    }
    const stacked = new Map<string, StackedModule>();
    for (const [module, shape] of this.modules) {
      const factors = leaves.map((leaf) => leaf.get(module));
      const rank = stackedRank(factors);
      if (rank > 0) {
        stacked.set(module, { rank, a: float32Tensor(stackA(factors), [rank, shape.in]), leaves: factors });
      }
    }
    return stacked;
  }
}

/** B' of a module, `[out, rank]`. */
function scaledFactor(
  { leaves }: StackedModule,
  module: string,
  { out }: LinearShape,
  { modules }: Coefficients,
): Float32Array {
  const c = modules.get(module);
  if (c?.length !== leaves.length * out) {
    throw new OminusError('SHAPE_MISMATCH', {
      message: `coefficients [module=${module}]: expected ${String(leaves.length)} × ${String(out)} numbers, got ${String(c?.length ?? 0)}`,
    });
  }
  const b = scaleB(leaves, c);
  if (firstNonFinite(b) !== -1) {
    throw new OminusError('OVERFLOW', {
      message: `the scaled factor of [module=${module}] is beyond float32`,
      hint: 'Use smaller coefficients.',
    });
  }
  return b;
}

function checkFit(
  folder: string,
  factors: ReadonlyMap<string, LoraFactors>,
  modules: ReadonlyMap<string, LinearShape>,
): void {
  for (const [module, { rank, a, b }] of factors) {
    const shape = modules.get(module);
    const hint = 'Use an adapter that was trained on this base model.';
    if (shape === undefined) {
      throw new OminusError('ADAPTER_MISMATCH', {
        message: `the adapter changes [module=${module}], which is no linear module of the model's layers [folder=${folder}]`,
        hint,
      });
    }
    if (a.length !== rank * shape.in || b.length !== rank * shape.out) {
      throw new OminusError('ADAPTER_MISMATCH', {
        message: `the adapter does not fit [module=${module}]: it has ${dims(b, rank)}×${dims(a, rank)}, the model ${String(shape.out)}×${String(shape.in)} [folder=${folder}]`,
        hint,
      });
    }
  }
}

function dims(factor: Float32Array, rank: number): string {
  return String(factor.length / rank);
}

/** Puts an entry at the young end of a map and drops the oldest ones. */
function touch<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) {
      return;
    }
    map.delete(oldest);
  }
}
