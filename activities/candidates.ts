/** From an operand of the plan to numbers: coefficients, leaf adapters, a candidate for inference. */
import { leafCoefficients, zeroCoefficients } from '../core/algebra/leaf.js';
import { decodeCoefficients } from '../core/algebra/artifacts.js';
import type { Coefficients } from '../core/algebra/types.js';
import type { Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import type { AdapterRef, Operand } from '../core/plan/types.js';
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

/**
 * Coefficients of an operand.
 *
 * @throws OminusError `INPUT_LOST` when the artifact of the node it names is gone
 */
export async function coefficientsOf(run: NodeRun, operand: Operand): Promise<Coefficients> {
  switch (operand.kind) {
    case 'zero':
      return zeroCoefficients();
    case 'adapter': {
      const adapter = await run.context.sources.adapter(adapterRef(run, operand.digest));
      return leafCoefficients(operand.digest, adapter.description);
    }
    case 'node':
      return decodeCoefficients(await inputArtifact(run, operand.id, 'coefficients'));
  }
}

/** The candidate for inference that an operand is. */
export async function candidateOf(run: NodeRun, operand: Operand): Promise<Candidate> {
  if (operand.kind === 'zero') {
    return { id: 'zero', adapters: [], coefficients: undefined };
  }
  const coefficients = await coefficientsOf(run, operand);
  const adapters = await openAdapters(run, coefficients.leaves);
  return {
    id: operand.kind === 'node' ? nodeOf(run.plan, operand.id).key : operand.digest,
    adapters: adapters.map((adapter, place) => ({
      folder: adapter.folder,
      digest: coefficients.leaves[place] ?? ('' as Digest),
    })),
    coefficients,
  };
}
