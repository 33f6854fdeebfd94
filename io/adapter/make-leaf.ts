/** The factors of a leaf that is no adapter, module by module, as the two files of an adapter folder: for nodes and for direct merges. */
import { setImmediate } from 'node:timers/promises';
import { checkShapes } from '../../core/adapter/combinable.js';
import { TENSOR_PREFIX } from '../../core/adapter/describe.js';
import { outputConfig } from '../../core/adapter/output-config.js';
import type { FactorOperator, MadeFactors, OperandFactors } from '../../core/algebra/operators/operator.js';
import { unionOfLeaves, unionOfModules } from '../../core/algebra/leaf.js';
import type { MadeModule } from '../../core/algebra/made-summary.js';
import { operandFactors } from '../../core/algebra/stack.js';
import type { Coefficients } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { MadeFormula } from '../../core/expression/types.js';
import { encodeFloats } from '../../core/numeric/tensor-bytes.js';
import { encodeSafetensors, type TensorBytes } from '../../core/safetensors/codec.js';
import type { AdapterFolder } from './adapter-folder.js';
import { readModules } from './read-modules.js';

/** A call whose operands are known. */
export interface LeafToMake {
  /** The operator's word. */
  readonly name: string;
  readonly operator: Pick<FactorOperator, 'factors'>;
  readonly options: MadeFormula['call']['options'];
  readonly operands: readonly Coefficients[];
  /** The whole call, for messages. */
  readonly expression: string;
}

/** Where the leaves of the operands come from, and how the caller follows the work. */
export interface LeafMeans {
  /** Opens the leaves of all operands, in the order given. */
  readonly open: (leaves: readonly Digest[]) => Promise<readonly AdapterFolder[]>;
  /** What a leaf is called in messages. */
  readonly nameOf: (leaf: Digest) => string;
  readonly signal?: AbortSignal | undefined;
  /** Called after every module. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A made leaf: the two files of an adapter folder, and what became of every module. */
export interface MadeFiles {
  readonly tensors: Uint8Array;
  readonly config: string;
  readonly modules: readonly MadeModule[];
}

/**
 * Makes a leaf. Equal operands give equal bytes.
 *
 * @throws OminusError `ADAPTER_MISMATCH` when shapes differ, `ADAPTER_INVALID` when the leaf would have no module, `SHAPE_MISMATCH`, and
 *   whatever the operator and reading throw
 */
export async function makeLeaf(call: LeafToMake, means: LeafMeans): Promise<MadeFiles> {
  const { operands, operator, name, options } = call;
  const leaves = unionOfLeaves(...operands);
  const adapters = await means.open(leaves);
  checkShapes(
    leaves.flatMap((leaf, place) =>
      adapters.slice(place, place + 1).map(({ description }) => ({ name: means.nameOf(leaf), description })),
    ),
  );
  const paths = unionOfModules(...operands);
  const tensors = new Map<string, TensorBytes>();
  const modules: MadeModule[] = [];
  let done = 0;
  for await (const { path, leaves: factors } of readModules(adapters, paths)) {
    means.signal?.throwIfAborted();
    const stacked = operands.map((operand) => stackOperand(operand, path, leaves, factors));
    const made = operator.factors({ path, operands: stacked, options, ...shapeOf(adapters, path) });
    if (made !== undefined) {
      checkMade(name, path, made, shapeOf(adapters, path));
      addTensors(tensors, path, made);
      modules.push(describeModule(path, made, stacked));
    }
    done++;
    means.onProgress?.(done, paths.length);
    await setImmediate(); // heartbeats come through between modules
  }
  return {
    tensors: encodeSafetensors({ tensors, metadata: new Map([['format', 'pt']]) }),
    config: configOf(call.expression, adapters, modules),
    modules,
  };
}

function stackOperand(
  { leaves, modules }: Coefficients,
  path: string,
  all: readonly Digest[],
  factors: Parameters<typeof operandFactors>[0],
): OperandFactors | undefined {
  const own = leaves.map((leaf) => factors[all.indexOf(leaf)]);
  const coefficients = modules.get(path);
  return coefficients === undefined ? undefined : operandFactors(own, coefficients);
}

function checkMade(
  name: string,
  path: string,
  made: MadeFactors,
  { outFeatures, inFeatures }: { readonly outFeatures: number; readonly inFeatures: number },
): void {
  if (made.a.length !== made.rank * inFeatures || made.b.length !== outFeatures * made.rank) {
    throw new OminusError('SHAPE_MISMATCH', {
      message: `${name} made factors of the wrong shape [module=${path}]: rank ${String(made.rank)}, A of ${String(made.a.length)} and B of ${String(made.b.length)} values for [${String(outFeatures)}, ${String(inFeatures)}]`,
    });
  }
}

function shapeOf(adapters: readonly AdapterFolder[], path: string): { outFeatures: number; inFeatures: number } {
  const found = adapters.map(({ description }) => description.modules.get(path)).find((module) => module !== undefined);
  return { outFeatures: found?.outFeatures ?? 0, inFeatures: found?.inFeatures ?? 0 };
}

function addTensors(tensors: Map<string, TensorBytes>, path: string, { rank, a, b }: MadeFactors): void {
  const add = (letter: 'A' | 'B', shape: readonly number[], values: Float32Array): void => {
    tensors.set(`${TENSOR_PREFIX}${path}.lora_${letter}.weight`, {
      dtype: 'F32',
      shape,
      bytes: encodeFloats(values, 'F32'),
    });
  };
  add('A', [rank, a.length / rank], a);
  add('B', [b.length / rank, rank], b);
}

function describeModule(
  path: string,
  made: MadeFactors,
  operands: readonly (OperandFactors | undefined)[],
): MadeModule {
  const fullRank = operands.reduce((sum, operand) => sum + (operand?.rank ?? 0), 0);
  return { module: path, rank: made.rank, fullRank, ...made.approximation };
}

/** As PEFT would save it: scaling 1 everywhere, base model and task of the leftmost adapter. */
function configOf(expression: string, adapters: readonly AdapterFolder[], modules: readonly MadeModule[]): string {
  const [leftmost] = adapters;
  if (leftmost === undefined || modules.length === 0) {
    throw new OminusError('ADAPTER_INVALID', {
      message: `nothing is left of ${expression}: it has no target module`,
      hint: 'Use operands with at least one adapter.',
    });
  }
  const ranks = new Map(modules.map(({ module, rank }) => [module, rank]));
  const { description } = leftmost;
  const unsaved = { ...description, modulesToSave: [], savedTensors: [], ensureWeightTying: false };
  return outputConfig({ leftmost: unsaved, ranks });
}
