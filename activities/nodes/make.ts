/** `make`: the factors of a leaf that is no adapter, module by module, as the two files of an adapter folder. */
import { setImmediate } from 'node:timers/promises';
import { checkShapes } from '../../core/adapter/combinable.js';
import { TENSOR_PREFIX } from '../../core/adapter/describe.js';
import { outputConfig } from '../../core/adapter/output-config.js';
import type { FactorOperator, MadeFactors, OperandFactors } from '../../core/algebra/operators/operator.js';
import { factorOperator } from '../../core/algebra/operators/registry.js';
import { unionOfLeaves, unionOfModules } from '../../core/algebra/leaf.js';
import { summariseMade, type MadeModule } from '../../core/algebra/made-summary.js';
import { operandFactors } from '../../core/algebra/stack.js';
import type { Coefficients } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { encodeFloats } from '../../core/numeric/tensor-bytes.js';
import type { MakeNode } from '../../core/plan/nodes/make.js';
import { encodeSafetensors, type TensorBytes } from '../../core/safetensors/codec.js';
import type { AdapterFolder } from '../../io/adapter/adapter-folder.js';
import { readModules } from '../../io/adapter/read-modules.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { firstDigest, MADE_TENSORS } from '../../io/store/made-leaves.js';
import { gramOf, operandCoefficients } from '../candidates.js';
import { leafName, openLeaves } from '../leaves.js';
import type { NodeExecutor, NodeRun } from '../node-result.js';

/** Makes a leaf, and compares it with what was first made under its key. */
export const makeExecutor: NodeExecutor<MakeNode> = {
  async compute(node, run) {
    const { store } = run.context;
    const { tensors, config, modules } = await makeLeaf(node, run);
    const ref = await store.putArtifact(encodeSafetensors({ tensors, metadata: new Map([['format', 'pt']]) }));
    const first = await firstDigest(store, node.key, ref.digest);
    return {
      artifacts: {
        [MADE_TENSORS]: ref,
        config: await store.putArtifact(new TextEncoder().encode(config)),
        modules: await jsonArtifact(store, modules),
      },
      summary: { ...summariseMade(modules), ...(first === ref.digest ? {} : { firstDigest: first }) },
    };
  },
};

interface MadeLeaf {
  readonly tensors: ReadonlyMap<string, TensorBytes>;
  readonly config: string;
  readonly modules: readonly MadeModule[];
}

async function makeLeaf(node: MakeNode, run: NodeRun): Promise<MadeLeaf> {
  const gram = await gramOf(run, node.gram);
  const operands = await Promise.all(node.operands.map((operand) => operandCoefficients(run, operand, gram)));
  const leaves = unionOfLeaves(...operands);
  const adapters = await openLeaves(run, leaves);
  checkShapes(
    adapters.map(({ description }, place) => ({ name: leafName(run, leaves[place] ?? node.key), description })),
  );
  const paths = unionOfModules(...operands);
  const operator = (run.context.makers ?? factorOperator)(node.operator);
  const tensors = new Map<string, TensorBytes>();
  const modules: MadeModule[] = [];
  let done = 0;
  for await (const { path, leaves: factors } of readModules(adapters, paths)) {
    run.signal.throwIfAborted();
    const stacked = operands.map((operand) => stackOperand(operand, path, leaves, factors));
    const made = makeModule(operator, { node, path, operands: stacked, ...shapeOf(adapters, path) });
    if (made !== undefined) {
      addTensors(tensors, path, made);
      modules.push(describeModule(path, made, stacked));
    }
    done++;
    run.onProgress(done, paths.length);
    await setImmediate(); // heartbeats come through between modules
  }
  return { tensors, config: configOf(node, adapters, modules), modules };
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

function makeModule(
  operator: Pick<FactorOperator, 'factors'>,
  module: {
    readonly node: MakeNode;
    readonly path: string;
    readonly operands: readonly (OperandFactors | undefined)[];
    readonly outFeatures: number;
    readonly inFeatures: number;
  },
): MadeFactors | undefined {
  const { node, ...input } = module;
  const { path, outFeatures, inFeatures } = input;
  const made = operator.factors({ ...input, options: node.options });
  if (made !== undefined && (made.a.length !== made.rank * inFeatures || made.b.length !== outFeatures * made.rank)) {
    throw new OminusError('SHAPE_MISMATCH', {
      message: `${node.operator} made factors of the wrong shape [module=${path}]: rank ${String(made.rank)}, A of ${String(made.a.length)} and B of ${String(made.b.length)} values for [${String(outFeatures)}, ${String(inFeatures)}]`,
    });
  }
  return made;
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
function configOf(node: MakeNode, adapters: readonly AdapterFolder[], modules: readonly MadeModule[]): string {
  const [leftmost] = adapters;
  if (leftmost === undefined || modules.length === 0) {
    throw new OminusError('ADAPTER_INVALID', {
      message: `nothing is left of ${node.expression}: it has no target module`,
      hint: 'Use operands with at least one adapter.',
    });
  }
  const ranks = new Map(modules.map(({ module, rank }) => [module, rank]));
  const { description } = leftmost;
  const unsaved = { ...description, modulesToSave: [], savedTensors: [], ensureWeightTying: false };
  return outputConfig({ leftmost: unsaved, ranks });
}
