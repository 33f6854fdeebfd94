/** How the nodes of a run stand when its workflow does not answer: what the server and the store know by themselves. */
import type { NodeState } from '../../core/plan/schedule.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import { currentNode } from '../../io/store/made-leaves.js';
import type { ArtifactStore } from '../../io/store/types.js';

/** State of a node by what its workflow says, or by what is in the store. */
export type KnownState = NodeState | 'stored' | 'not stored';

/** Records that are asked for at a time. */
const AT_A_TIME = 16;

/**
 * States of all nodes without the workflow's help. Of a run that was completed every node is done. Of another one only the
 * store can tell: a record of a node means that it need not be computed again, whichever run made it.
 */
export async function storedStates(
  store: Pick<ArtifactStore, 'getNode'>,
  { nodes }: Pick<Plan, 'nodes'>,
  isCompleted: boolean,
): Promise<ReadonlyMap<NodeId, KnownState>> {
  const states = new Map<NodeId, KnownState>();
  if (isCompleted) {
    return new Map(nodes.map(({ id }) => [id, 'done']));
  }
  for (let start = 0; start < nodes.length; start += AT_A_TIME) {
    const part = nodes.slice(start, start + AT_A_TIME);
    const records = await Promise.all(part.map(({ key }) => currentNode(store, key)));
    part.forEach(({ id }, place) => states.set(id, records[place] === undefined ? 'not stored' : 'stored'));
  }
  return states;
}
