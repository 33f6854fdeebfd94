/** The nodes of a plan in the making: equal keys are one node, ids stay unique and readable. */
import type { Digest } from '../digest.js';
import type { PlanNode } from './node-kinds.js';
import type { NodeId } from './node.js';

/** The only way from text to a node id. */
export function asNodeId(text: string): NodeId {
  return text as NodeId;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Collects nodes in topological order: a node is added after what it depends on. */
export class NodeTable {
  readonly #byKey = new Map<Digest, PlanNode>();
  readonly #ids = new Set<NodeId>();
  readonly #order: PlanNode[] = [];

  /** Adds a node, or returns the one that has the same key. */
  add(id: NodeId, node: WithoutId<PlanNode>): PlanNode {
    return this.#byKey.get(node.key) ?? this.addAlways(id, node);
  }

  /** Adds a node even if another has its key (two outputs of one result at two places). */
  addAlways(id: NodeId, node: WithoutId<PlanNode>): PlanNode {
    const unique = this.#unique(id);
    const added = { ...node, id: unique } as PlanNode; // an Omit over a union, undone
    this.#byKey.set(node.key, added);
    this.#ids.add(unique);
    this.#order.push(added);
    return added;
  }

  /** The node with this id, which was added before. */
  get(id: NodeId): PlanNode | undefined {
    return this.#order.find((node) => node.id === id);
  }

  /** All nodes, in topological order. */
  inOrder(): readonly PlanNode[] {
    return this.#order;
  }

  #unique(id: NodeId): NodeId {
    let unique = id;
    for (let i = 2; this.#ids.has(unique); i++) {
      unique = asNodeId(`${id}#${String(i)}`);
    }
    return unique;
  }
}
