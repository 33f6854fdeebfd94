/** `round`: how far a step as it is written is from the step itself. */
import { setImmediate } from 'node:timers/promises';
import { encodeModule } from '../../core/adapter/encode-module.js';
import { FLOAT_DTYPES } from '../../core/adapter/output-dtypes.js';
import { type RoundingError, roundingDifference } from '../../core/algebra/round-trip.js';
import type { RoundNode } from '../../core/plan/nodes/round.js';
import { readModules } from '../../io/adapter/read-modules.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { namedCoefficients } from '../candidates.js';
import { openLeaves } from '../leaves.js';
import type { NodeExecutor } from '../node-result.js';

/** Rounds every module as the output's writer does, and keeps what that changed. */
export const roundExecutor: NodeExecutor<RoundNode> = {
  async compute({ candidate, dtype }, run) {
    const { leaves: digests, modules } = await namedCoefficients(run, candidate);
    const adapters = await openLeaves(run, digests);
    const errors = new Map<string, RoundingError>();
    // in the order of the file, so that sums are the writer's to the last place
    for await (const { path, leaves } of readModules(adapters, [...modules.keys()].toSorted())) {
      run.signal.throwIfAborted();
      const coefficients = modules.get(path) ?? new Float64Array(0);
      errors.set(path, encodeModule({ path, leaves, coefficients, dtype: FLOAT_DTYPES[dtype] }).rounding);
      run.onProgress(errors.size, modules.size);
      await setImmediate(); // heartbeats come through between modules
    }
    return { artifacts: { difference: await jsonArtifact(run.context.store, roundingDifference(errors)) } };
  },
};
