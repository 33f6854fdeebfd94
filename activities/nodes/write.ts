/** `write`: an adapter folder where `output` asks for it. */
import type { WriteNode } from '../../core/plan/types.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { writeAdapter } from '../../io/adapter/write-adapter.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { adapterRef, namedCoefficients, openAdapters } from '../candidates.js';
import type { NodeExecutor } from '../node-result.js';

/** Writes a merged adapter, reloads and checks it. */
export const writeExecutor: NodeExecutor<WriteNode> = {
  async compute(node, run) {
    const coefficients = await namedCoefficients(run, node.candidate);
    const adapters = await openAdapters(run, coefficients.leaves);
    const written = await writeAdapter({
      adapters,
      combination: coefficients,
      dtype: node.dtype,
      folder: node.path,
      replace: true,
      provenance: {
        expression: node.expression,
        lambdas: node.lambdas,
        semantics: node.semantics,
        inputs: coefficients.leaves.map((digest) => ({ name: adapterRef(run, digest).name, digest })),
        key: node.key,
      },
      signal: run.signal,
      onProgress: run.onProgress,
    });
    // Whether the folder was there already is a fact of this attempt, not of the result: equal results are equal bytes.
    const result = { ...written, status: undefined };
    return {
      artifacts: { written: await jsonArtifact(run.context.store, result) },
      summary: { digest: written.digest, roundingError: written.roundingError },
    };
  },

  /** The store keeps a record; the adapter itself is on this disk, or must be written again. */
  async isInPlace(node, record) {
    try {
      const adapter = await openAdapter(node.path);
      try {
        return (await adapter.digest()) === record.summary['digest'];
      } finally {
        await adapter.close();
      }
    } catch {
      return false; // missing, damaged or foreign: writing will say what is wrong
    }
  },
};
