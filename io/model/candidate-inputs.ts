/**
 * A candidate as inputs of the graph: stacked A factors, kept per set of leaves, and B factors scaled by its coefficients; or both as an
 * output has them.
 */
import { writtenFactors } from '../../core/adapter/encode-module.js';
import { checkFitsModel } from '../../core/adapter/fits-model.js';
import type { AdapterDescription } from '../../core/adapter/types.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import { scaleB, stackA, stackedRank } from '../../core/algebra/stack.js';
import { OminusError } from '../../core/errors.js';
import { INFINITY_BITS } from '../../core/numeric/arithmetic-types.js';
import type { LinearShape } from '../../core/onnx/decoder/scope.js';
import { RecentMap } from '../../core/recent-map.js';
import { loraInputNames } from '../../core/onnx/pieces/linear.js';
import { openAdapter } from '../adapter/adapter-folder.js';
import { float32Tensor, type Feeds, type RuntimeTensor } from './runtime.js';
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
  readonly #modules: ReadonlyMap<string, LinearShape>;
  readonly #leafSets = new RecentMap<string, ReadonlyMap<string, StackedModule>>(KEPT_LEAF_SETS);
  readonly #candidates = new RecentMap<string, Feeds>(KEPT_CANDIDATES);

  /** @param modules - the modules of the graph that have LoRA inputs */
  constructor(modules: ReadonlyMap<string, LinearShape>) {
    this.#modules = modules;
  }

  /** The inputs of a candidate that was added before and is still kept. */
  get(id: string): Feeds | undefined {
    return this.#candidates.get(id);
  }

  /**
   * Reads what is not in memory yet and scales it.
   *
   * @throws OminusError `ADAPTER_MISMATCH` when an adapter does not fit the model, by module and shapes, `OVERFLOW` when a value is
   *   too large for its element type, or what reading an adapter throws
   */
  async add({ id, adapters, coefficients, writtenAs }: Candidate): Promise<Feeds> {
    const leaves = adapters.map(({ digest }) => digest);
    if (coefficients === undefined ? leaves.length > 0 : coefficients.leaves.join() !== leaves.join()) {
      throw new OminusError('INTERNAL', {
        message: `the leaves of the coefficients do not match the adapters [candidate=${id}]`,
      });
    }
    const key = leaves.join();
    const stacked = this.#leafSets.get(key) ?? (await this.#stack(adapters.map(({ folder }) => folder)));
    this.#leafSets.set(key, stacked);
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [module, shape] of this.#modules) {
      const names = loraInputNames(module);
      const part = stacked.get(module);
      const c = coefficients?.modules.get(module); // a combination that leaves a module alone may not mention it
      if (part === undefined || c === undefined) {
        feeds[names.a] = float32Tensor(new Float32Array(0), [0, shape.in]);
        feeds[names.b] = float32Tensor(new Float32Array(0), [shape.out, 0]);
        continue;
      }
      checkLength(part, module, shape, c);
      if (writtenAs === undefined) {
        feeds[names.a] = part.a;
        feeds[names.b] = float32Tensor(scaledFactor(part, module, c), [shape.out, part.rank]);
      } else {
        const { leaves: factors, rank } = part;
        const { a, b } = writtenFactors({ path: module, leaves: factors, coefficients: c, dtype: writtenAs });
        feeds[names.a] = float32Tensor(a, [rank, shape.in]);
        feeds[names.b] = float32Tensor(b, [shape.out, rank]);
      }
    }
    this.#candidates.set(id, feeds);
    return feeds;
  }

  /** A' = [A_1; A_2; …] of every module, and the B factors it needs later. */
  async #stack(folders: readonly string[]): Promise<ReadonlyMap<string, StackedModule>> {
    const leaves: ReadonlyMap<string, LoraFactors>[] = [];
    for (const folder of folders) {
      leaves.push(await this.#readLeaf(folder));
    }
    const stacked = new Map<string, StackedModule>();
    for (const [module, shape] of this.#modules) {
      const factors = leaves.map((leaf) => leaf.get(module));
      const rank = stackedRank(factors);
      if (rank > 0) {
        stacked.set(module, { rank, a: float32Tensor(stackA(factors), [rank, shape.in]), leaves: factors });
      }
    }
    return stacked;
  }

  /** All factors of one adapter, once it is known to fit. */
  async #readLeaf(folder: string): Promise<ReadonlyMap<string, LoraFactors>> {
    const adapter = await openAdapter(folder);
    try {
      checkFit(folder, adapter.description, this.#modules);
      const factors = new Map<string, LoraFactors>();
      for (const path of adapter.description.modules.keys()) {
        const read = await adapter.readFactors(path);
        if (read !== undefined) {
          factors.set(path, read);
        }
      }
      return factors;
    } finally {
      await adapter.close();
    }
  }
}

function checkLength(
  { leaves }: StackedModule,
  module: string,
  { out }: LinearShape,
  coefficients: Float64Array,
): void {
  if (coefficients.length !== leaves.length * out) {
    throw new OminusError('SHAPE_MISMATCH', {
      message: `coefficients [module=${module}]: expected ${String(leaves.length)} × ${String(out)} numbers, got ${String(coefficients.length)}`,
    });
  }
}

/** B' of a module, `[out, rank]`. */
function scaledFactor({ leaves }: StackedModule, module: string, coefficients: Float64Array): Float32Array {
  const b = scaleB(leaves, coefficients);
  if (b.largest >= INFINITY_BITS) {
    throw new OminusError('OVERFLOW', {
      message: `the scaled factor of [module=${module}] is beyond float32`,
      hint: 'Use smaller coefficients.',
    });
  }
  return b.values;
}

function checkFit(folder: string, description: AdapterDescription, modules: ReadonlyMap<string, LinearShape>): void {
  const [replaced] = description.modulesToSave;
  if (replaced !== undefined) {
    throw new OminusError('ADAPTER_UNSUPPORTED', {
      message: `the adapter replaces whole modules, which cannot be evaluated [modules_to_save=${replaced}, folder=${folder}]`,
      hint: 'Evaluate an adapter that was trained without modules_to_save.',
    });
  }
  checkFitsModel(`folder=${folder}`, description, modules);
}
