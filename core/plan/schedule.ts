/** Which nodes may run now: a small pure state machine that the workflow drives (deterministic, no clock). */
import type { NodeId } from './node.js';
import type { PlanNode } from './node-kinds.js';

/** What the workflow knows of a node: no keys, no parameters. */
export interface OutlineNode {
  readonly id: NodeId;
  readonly kind: PlanNode['kind'];
  readonly dependsOn: readonly NodeId[];
}

/** State of one node. `skipped`: something it depends on failed. */
export type NodeState = 'waiting' | 'running' | 'done' | 'reused' | 'failed' | 'skipped';

/** The schedule of one run. Nodes become ready in the plan's order. */
export class Schedule {
  readonly #nodes: ReadonlyMap<NodeId, OutlineNode>;
  readonly #states = new Map<NodeId, NodeState>();

  constructor(nodes: readonly OutlineNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) {
      this.#states.set(node.id, 'waiting');
    }
  }

  /** Nodes that wait and whose inputs are all there. */
  ready(): OutlineNode[] {
    return [...this.#nodes.values()].filter(
      (node) => this.#is(node.id, 'waiting') && node.dependsOn.every((id) => this.#isFinished(id)),
    );
  }

  /** Marks a ready node as running. */
  start(id: NodeId): void {
    this.#states.set(id, 'running');
  }

  /** Marks a node as finished. */
  finish(id: NodeId, how: 'done' | 'reused'): void {
    this.#states.set(id, how);
  }

  /** Marks a node as failed, and whatever depends on it as skipped. */
  fail(id: NodeId): void {
    this.#states.set(id, 'failed');
    this.#skipHopeless();
  }

  /**
   * Lets finished nodes run again whose artifacts were lost, and the node that missed them. A node that runs already,
   * because another one missed the same artifact before, is not started twice.
   */
  reopen(lost: readonly NodeId[], missedBy?: NodeId): void {
    for (const id of lost.filter((candidate) => this.#isFinished(candidate))) {
      this.#states.set(id, 'waiting');
    }
    if (missedBy !== undefined) {
      this.#states.set(missedBy, 'waiting');
      this.#skipHopeless();
    }
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#nodes.size;
  }

  /** How many of them are done or reused. */
  finishedCount(): number {
    return [...this.#states.keys()].filter((id) => this.#isFinished(id)).length;
  }

  /** Whether nothing runs and nothing can run. */
  isOver(): boolean {
    return this.ready().length === 0 && ![...this.#states.values()].includes('running');
  }

  /** The state of every node, in the plan's order. */
  states(): readonly (readonly [NodeId, NodeState])[] {
    return [...this.#states];
  }

  /** Nodes come in topological order, so that one pass reaches whatever depends on a failed one. */
  #skipHopeless(): void {
    for (const node of this.#nodes.values()) {
      if (this.#is(node.id, 'waiting') && node.dependsOn.some((input) => this.#isHopeless(input))) {
        this.#states.set(node.id, 'skipped');
      }
    }
  }

  #is(id: NodeId, state: NodeState): boolean {
    return this.#states.get(id) === state;
  }

  #isFinished(id: NodeId): boolean {
    return this.#is(id, 'done') || this.#is(id, 'reused');
  }

  #isHopeless(id: NodeId): boolean {
    return this.#is(id, 'failed') || this.#is(id, 'skipped');
  }
}
