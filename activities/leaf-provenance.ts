/** Where a leaf of a written result comes from: an adapter, or what a made leaf was made from. */
import type { ProvenanceInput } from '../core/adapter/provenance.js';
import type { Digest } from '../core/digest.js';
import { kindOf } from '../core/plan/node-kinds.js';
import type { Operand } from '../core/plan/node.js';
import { adapterRef, makerOf, openLeaf } from './leaves.js';
import { nodeOf, type NodeRun } from './node-result.js';

/**
 * A leaf with its digest; a made leaf with all that it was made from.
 *
 * @throws OminusError `INPUT_LOST` when the artifacts of a made leaf are gone
 */
export async function leafProvenance(run: NodeRun, leaf: Digest): Promise<ProvenanceInput> {
  const maker = makerOf(run, leaf);
  if (maker === undefined) {
    const { name, digest } = adapterRef(run, leaf);
    return { name, digest };
  }
  const leaves = [...new Set(maker.operands.flatMap((operand) => leavesBelow(run, operand)))];
  const madeFrom: ProvenanceInput[] = [];
  for (const one of leaves) {
    madeFrom.push(await leafProvenance(run, one));
  }
  return { name: maker.expression, digest: await (await openLeaf(run, leaf)).digest(), madeFrom };
}

/** In the order of their first occurrence. */
function leavesBelow(run: NodeRun, operand: Operand): readonly Digest[] {
  switch (operand.kind) {
    case 'zero':
      return [];
    case 'adapter':
      return [operand.digest];
    case 'made':
      return [nodeOf(run.plan, operand.id).key];
    case 'node': {
      const node = nodeOf(run.plan, operand.id);
      return [...new Set((kindOf(node).operands?.(node) ?? []).flatMap((one) => leavesBelow(run, one)))];
    }
  }
}
