/** From an operand of the plan to numbers: coefficients, leaf adapters, a candidate for inference. */
import { refuseSavedModules } from '../core/plan/check-adapters.js';
import { FLOAT_DTYPES } from '../core/adapter/output-dtypes.js';
import { decodeCoefficients, decodeGram } from '../core/algebra/artifacts.js';
import { leafCoefficients, leafOperand, zeroCoefficients } from '../core/algebra/leaf.js';
import type { Coefficients, Gram } from '../core/algebra/types.js';
import type { Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import type { AdapterRef } from '../core/source-ref.js';
import type { Evaluable, NodeId, Operand } from '../core/plan/node.js';
import type { AdapterFolder } from '../io/adapter/adapter-folder.js';
import type { Candidate } from '../io/model/types.js';
import { inputArtifact, nodeOf, type NodeRun } from './node-result.js';

/** An adapter of the plan, by digest. */
export function adapterRef(run: NodeRun, digest: Digest): AdapterRef {
  const ref = run.plan.adapters.find((adapter) => adapter.digest === digest);
  if (ref === undefined) {
    throw new OminusError('INTERNAL', { message: `the plan has no adapter [digest=${digest}]` });
  }
  return ref;
}

/** Opens adapters of the plan, in the order given. */
export async function openAdapters(run: NodeRun, digests: readonly Digest[]): Promise<AdapterFolder[]> {
  return Promise.all(digests.map((digest) => run.context.sources.adapter(adapterRef(run, digest))));
}

/** Folders of adapters of the plan on this machine, checked, in the order given. */
export async function adapterFolders(run: NodeRun, digests: readonly Digest[]): Promise<Candidate['adapters']> {
  return Promise.all(
    digests.map(async (digest) => ({
      folder: await run.context.sources.folder('adapter', adapterRef(run, digest)),
      digest,
    })),
  );
}

/**
 * The Gram matrices of the plan.
 *
 * @throws OminusError `INPUT_LOST`
 */
export async function gramOf(run: NodeRun, id: NodeId): Promise<Gram> {
  return decodeGram(await inputArtifact(run, id, 'gram'));
}

/**
 * Coefficients of an operand of a combine: an adapter counts as the plan's semantics say.
 *
 * @throws OminusError `INPUT_LOST` when the artifact of the node it names is gone
 */
export async function operandCoefficients(run: NodeRun, operand: Operand, gram: Gram): Promise<Coefficients> {
  return operand.kind === 'adapter' ? leafOperand(gram, operand.digest) : namedCoefficients(run, operand);
}

/**
 * Coefficients of a step, of an adapter as PEFT would apply it, or of `base`.
 *
 * @throws OminusError `INPUT_LOST` when the artifact of the node it names is gone
 */
export async function namedCoefficients(run: NodeRun, operand: Operand): Promise<Coefficients> {
  switch (operand.kind) {
    case 'zero':
      return zeroCoefficients();
    case 'adapter': {
      const { description } = await run.context.sources.adapter(adapterRef(run, operand.digest));
      return leafCoefficients(operand.digest, description);
    }
    case 'node':
      return run.inPlace?.get(operand.id) ?? decodeCoefficients(await inputArtifact(run, operand.id, 'coefficients'));
  }
}

/** The candidate for inference that an operand is. */
export async function candidateOf(run: NodeRun, operand: Evaluable): Promise<Candidate> {
  if (operand.kind === 'written') {
    const exact = await candidateOf(run, operand.of);
    return { ...exact, id: nodeOf(run.plan, operand.id).key, writtenAs: FLOAT_DTYPES[operand.dtype] };
  }
  if (operand.kind === 'zero') {
    return { id: 'zero', adapters: [], coefficients: undefined };
  }
  const coefficients = await namedCoefficients(run, operand);
  for (const digest of coefficients.leaves) {
    const ref = adapterRef(run, digest);
    refuseSavedModules({ name: ref.name, description: (await run.context.sources.adapter(ref)).description });
  }
  const adapters = await adapterFolders(run, coefficients.leaves);
  const id = operand.kind === 'node' ? nodeOf(run.plan, operand.id).key : operand.digest;
  return { id, adapters, coefficients };
}

/** The Gram matrices of the plan's one gram node. */
export async function planGram(run: NodeRun): Promise<Gram> {
  const node = run.plan.nodes.find(({ kind }) => kind === 'gram');
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan has no gram node' });
  }
  return gramOf(run, node.id);
}
