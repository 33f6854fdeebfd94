/** The leaves of combinations on this machine: adapters of the plan by their digest, made leaves by the key of the node that makes them. */
import { refuseSavedModules } from '../core/plan/check-adapters.js';
import { digestOfJson, type Digest } from '../core/digest.js';
import { OminusError } from '../core/errors.js';
import type { MakeNode } from '../core/plan/nodes/make.js';
import type { PlanNode } from '../core/plan/node-kinds.js';
import type { NodeId } from '../core/plan/node.js';
import type { Plan } from '../core/plan/types.js';
import type { AdapterRef } from '../core/source-ref.js';
import { CONFIG_FILE, TENSORS_FILE, type AdapterFolder } from '../io/adapter/adapter-folder.js';
import type { Candidate } from '../io/model/types.js';
import { madeDigest, MADE_TENSORS } from '../io/store/made-leaves.js';
import { inputArtifact, inputRecord, resultLost, type NodeRun } from './node-result.js';

/** An adapter of the plan, by digest. */
export function adapterRef(run: NodeRun, digest: Digest): AdapterRef {
  const ref = run.plan.adapters.find((adapter) => adapter.digest === digest);
  if (ref === undefined) {
    throw new OminusError('INTERNAL', { message: `the plan has no adapter [digest=${digest}]` });
  }
  return ref;
}

/** The node that makes a leaf; undefined for a leaf that is an adapter. */
export function makerOf({ plan }: Pick<NodeRun, 'plan'>, leaf: Digest): MakeNode | undefined {
  return plan.nodes.find((node): node is MakeNode => node.kind === 'make' && node.key === leaf);
}

/** What a leaf is called: an adapter's name, or the expression of a made leaf. */
export function leafName(run: NodeRun, leaf: Digest): string {
  return makerOf(run, leaf)?.expression ?? adapterRef(run, leaf).name;
}

/**
 * Opens a leaf.
 *
 * @throws OminusError `INPUT_LOST` when the artifacts of a made leaf are gone
 */
export async function openLeaf(run: NodeRun, leaf: Digest): Promise<AdapterFolder> {
  const node = makerOf(run, leaf);
  if (node === undefined) {
    return run.context.sources.adapter(adapterRef(run, leaf));
  }
  const files = async (): Promise<ReadonlyMap<string, Uint8Array>> =>
    new Map([
      [CONFIG_FILE, await inputArtifact(run, node.id, 'config')],
      [TENSORS_FILE, await inputArtifact(run, node.id, MADE_TENSORS)],
    ]);
  const digest = madeDigest(await inputRecord(run, node.id, MADE_TENSORS));
  return digest === undefined ? unfinished(node) : run.context.sources.made(digest, files);
}

function unfinished({ id }: MakeNode): never {
  throw resultLost(id, `a made leaf has no factors in the store [node=${id}]`);
}

/** Opens leaves, in the order given. */
export async function openLeaves(run: NodeRun, leaves: readonly Digest[]): Promise<AdapterFolder[]> {
  return Promise.all(leaves.map((leaf) => openLeaf(run, leaf)));
}

/**
 * Folders of leaves on this machine, checked, in the order given. Each goes by the digest of its content: caches of the inference child
 * outlive a making.
 *
 * @throws OminusError `ADAPTER_UNSUPPORTED` for an adapter with modules_to_save, which inference would leave out
 */
export async function candidateFolders(run: NodeRun, leaves: readonly Digest[]): Promise<Candidate['adapters']> {
  return Promise.all(
    leaves.map(async (leaf) => {
      const { description } = await openLeaf(run, leaf);
      refuseSavedModules({ name: leafName(run, leaf), description });
      return leafFolder(run, leaf);
    }),
  );
}

/** Folder of a leaf on this machine, checked, and the digest of its content. */
export async function leafFolder(run: NodeRun, leaf: Digest): Promise<Candidate['adapters'][number]> {
  if (makerOf(run, leaf) === undefined) {
    return { folder: await run.context.sources.folder('adapter', adapterRef(run, leaf)), digest: leaf };
  }
  const adapter = await openLeaf(run, leaf);
  return { folder: adapter.folder, digest: await adapter.digest() };
}

/** The make nodes that a node depends on, directly or through other nodes, itself left out. */
export function makersBefore({ nodes }: Pick<Plan, 'nodes'>, node: PlanNode): readonly MakeNode[] {
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const seen = new Set<NodeId>();
  const pending = [...node.dependsOn];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (!seen.has(id)) {
      seen.add(id);
      pending.push(...(byId.get(id)?.dependsOn ?? []));
    }
  }
  return nodes.filter((one): one is MakeNode => one.kind === 'make' && seen.has(one.id));
}

/** Digests of the made leaves that a node is computed from, by the keys of their nodes; undefined where there are none. */
export async function madeBefore(
  { context, plan }: Pick<NodeRun, 'context' | 'plan'>,
  node: PlanNode,
): Promise<Readonly<Record<Digest, Digest>> | undefined> {
  const made: Record<Digest, Digest> = {};
  for (const { key } of makersBefore(plan, node)) {
    const digest = madeDigest(await context.store.getNode(key));
    if (digest !== undefined) {
      made[key] = digest;
    }
  }
  return Object.keys(made).length === 0 ? undefined : made;
}

/**
 * The key of a node's partial results: its own key, and with made leaves also their digests. A node that is cut short has no record that
 * could tell what they were computed from.
 */
export async function shardsKey(run: NodeRun, node: PlanNode): Promise<Digest> {
  const made = await madeBefore(run, node);
  return made === undefined ? node.key : digestOfJson({ kind: 'shards', node: node.key, made: { ...made } });
}
