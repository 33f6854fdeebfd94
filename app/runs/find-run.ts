/** Finds a run by its name, with the plan it was started with. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { errorCode, errorMessage, OminusError } from '../../core/errors.js';
import type { Plan } from '../../core/plan/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import type { Session } from '../session/session.js';
import { describeRun, knownRunNames, readMemo } from './run-chain.js';
import { adviseRunName, runNameOf } from './run-name.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** A run that the server knows. */
export interface FoundRun {
  readonly name: string;
  readonly run: WorkflowExecutionDescription;
  readonly plan: Plan;
}

/**
 * The latest run under a name.
 *
 * @param asked - its name, or the file of its spec

 * @throws OminusError `RUN_NOT_FOUND`; `ARTIFACT_DAMAGED` when its plan is no longer in the store
 */
export async function findRun(session: Session, asked: string): Promise<FoundRun> {
  const name = await runNameOf(asked);
  const run = await describeRun(session.client, name);
  const memo = run === undefined ? undefined : readMemo(run);
  if (run === undefined || memo === undefined) {
    throw new OminusError('RUN_NOT_FOUND', {
      message: `the server knows no run of this name [run=${name}, namespace=${session.namespace}]`,
      hint: adviseRunName(
        name,
        await knownRunNames(session.client),
        'ominus status lists the runs; ominus results finds finished ones in the store.',
      ),
    });
  }
  if (memo.storeId !== session.store.id) {
    throw new OminusError('RUN_NOT_FOUND', {
      message: `the run uses another store than this command [run=${name}, store=${session.store.blobs.uri}]`,
      hint: 'Set OMINUS_STORE to the store it was started with.',
    });
  }
  return { name, run, plan: await readPlan(session, name, memo.plan) };
}

async function readPlan({ store }: Session, name: string, ref: ArtifactRef): Promise<Plan> {
  try {
    return await readJsonArtifact<Plan>(store, ref);
  } catch (error) {
    throw errorCode(error) !== 'ARTIFACT_DAMAGED'
      ? error
      : new OminusError('ARTIFACT_DAMAGED', {
          message: `the plan of a run cannot be read [run=${name}]: ${errorMessage(error)}`,
          hint: 'Submit the spec again to store its plan again.',
          cause: error,
        });
  }
}
