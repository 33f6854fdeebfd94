/** `write`: an adapter folder where `output` asks for it. */
import type { WriteNode } from '../../core/plan/nodes/write.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { markOf } from '../../io/adapter/adapter-output.js';
import { writeAdapter } from '../../io/adapter/write-adapter.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import type { NodeRecord } from '../../io/store/types.js';
import { namedCoefficients } from '../candidates.js';
import { openLeaves } from '../leaves.js';
import { leafProvenance } from '../leaf-provenance.js';
import { resultLost, type NodeExecutor, type NodeRun } from '../node-result.js';

/** Most folders that a worker remembers; it does not look after more. */
const KEPT_PLACES = 10_000;

/** Writes a merged adapter, reloads and checks it. */
export const writeExecutor: NodeExecutor<WriteNode> = {
  async compute(node, run) {
    const coefficients = await namedCoefficients(run, node.candidate);
    const adapters = await openLeaves(run, coefficients.leaves);
    const written = await writeAdapter({
      adapters,
      combination: coefficients,
      dtype: node.dtype,
      ranks: node.ranks ?? 'exact',
      folder: node.path,
      replace: true,
      provenance: {
        expression: node.expression,
        lambdas: node.lambdas,
        semantics: node.semantics,
        inputs: await Promise.all(coefficients.leaves.map((leaf) => leafProvenance(run, leaf))),
        key: node.key,
      },
      signal: run.signal,
      onProgress: run.onProgress,
    });
    await rememberPlace(node, run);
    // Whether the folder was there already is a fact of this attempt, not of the result: equal results are equal bytes.
    const result = { ...written, status: undefined };
    return {
      artifacts: { written: await jsonArtifact(run.context.store, result) },
      summary: { digest: written.digest, roundingError: written.roundingError },
    };
  },

  /** The store keeps a record; the adapter itself is on this disk, or must be written again. */
  async isInPlace(node, record, run) {
    await rememberPlace(node, run); // before it is read: what changes meanwhile shows in the mark
    const isThere = await hasDigest(node.path, record);
    if (!isThere) {
      run.context.caches.places.delete(nameOf(node));
    }
    return isThere;
  },
};

/**
 * Makes sure at the end of a run that an adapter is still where it was written or found. Hours may have passed, and another
 * another have changed the folder. What another worker has written, maybe to a disk of its own, is not
 * looked for.
 *
 * @throws OminusError `INPUT_LOST` when it is gone: the workflow writes it again
 */
export async function checkInPlace(node: WriteNode, run: NodeRun): Promise<void> {
  const { caches, store } = run.context;
  const mark = caches.places.get(nameOf(node));
  if (mark === undefined || mark === (await markOf(node.path))) {
    return;
  }
  const record = await store.getNode(node.key);
  if (record === undefined || !(await writeExecutor.isInPlace?.(node, record, run))) {
    throw resultLost(
      node.id,
      `an adapter was removed from the folder it was written to [node=${node.id}, path=${node.path}]`,
    );
  }
}

async function hasDigest(path: string, record: NodeRecord): Promise<boolean> {
  try {
    const adapter = await openAdapter(path);
    try {
      return (await adapter.digest()) === record.summary['digest'];
    } finally {
      await adapter.close();
    }
  } catch {
    return false; // missing, damaged or foreign: writing will say what is wrong
  }
}

async function rememberPlace(node: WriteNode, { context }: NodeRun): Promise<void> {
  const { places } = context.caches;
  const mark = await markOf(node.path);
  if (mark !== undefined && places.size < KEPT_PLACES) {
    places.set(nameOf(node), mark);
  }
}

function nameOf({ path, key }: WriteNode): string {
  return `${key} ${path}`;
}
