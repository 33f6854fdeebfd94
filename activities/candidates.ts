/** From an operand of the plan to numbers: coefficients, leaf adapters, a candidate for inference. */
import { FLOAT_DTYPES } from '../core/adapter/output-dtypes.js';
import { decodeCoefficients, decodeGram } from '../core/algebra/artifacts.js';
import { leafCoefficients, leafOperand, zeroCoefficients } from '../core/algebra/leaf.js';
import type { Coefficients, Gram } from '../core/algebra/types.js';
import { digestOfJson, type Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import type { Evaluable, NodeId, Operand } from '../core/plan/node.js';
import type { Candidate } from '../io/model/types.js';
import { candidateFolders, openLeaf } from './leaves.js';
import { inputArtifact, nodeOf, type NodeRun } from './node-result.js';

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
  switch (operand.kind) {
    case 'adapter':
      return leafOperand(gram, operand.digest);
    case 'made':
      return leafOperand(gram, nodeOf(run.plan, operand.id).key);
    case 'zero':
    case 'node':
      return namedCoefficients(run, operand);
  }
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
    case 'adapter':
      return wholeLeaf(run, operand.digest);
    case 'made':
      return wholeLeaf(run, nodeOf(run.plan, operand.id).key);
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
  const adapters = await candidateFolders(run, coefficients.leaves);
  const contents = adapters.map(({ digest }) => digest);
  const key = operand.kind === 'adapter' ? operand.digest : nodeOf(run.plan, operand.id).key;
  const isMade = contents.some((digest, place) => digest !== coefficients.leaves[place]);
  const id = isMade ? digestOfJson({ candidate: key, leaves: contents }) : key;
  return { id, adapters, coefficients: { ...coefficients, leaves: contents } };
}

async function wholeLeaf(run: NodeRun, leaf: Digest): Promise<Coefficients> {
  return leafCoefficients(leaf, (await openLeaf(run, leaf)).description);
}

/** The Gram matrices of a plan that cover all of its leaves. */
export async function planGram(run: NodeRun): Promise<Gram> {
  const grams = run.plan.nodes.filter((node) => node.kind === 'gram');
  const most = Math.max(...grams.map(({ adapters }) => adapters.length));
  const node = grams.find(({ adapters }) => adapters.length === most);
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan has no gram node' });
  }
  return gramOf(run, node.id);
}
