/** What people may ask of a sweep while it runs. */
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { Digest } from '../../core/digest.js';
import type { SweepProgressAnswer, SweepState } from '../../core/plan/run-types.js';
import {
  extendUpdate,
  MOST_LANES,
  pauseUpdate,
  resumeUpdate,
  retryFailedUpdate,
  setConcurrencyUpdate,
  type ExtendRequest,
} from '../messages.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** What requests act on. */
export interface Controlled {
  /** The plan in force, or the one that was asked for last. */
  plan(): ArtifactRef;
  /** Changes the state between two slices. */
  change(change: Partial<Pick<SweepState, 'paused' | 'concurrency'>>): void;
  /** Begins again from the first batch, with another plan. */
  extend(plan: ArtifactRef, planDigest: Digest): void;
  /** Begins again from the first batch if anything failed. */
  retry(): void;
  progress(): SweepProgressAnswer;
}

/**
 * Answers requests. They take effect after whatever else arrived with them: a replay may bundle ends of activities
 * with a request that reached the workflow before it, and the other way round.
 */
export function answerRequests(sweep: Controlled): void {
  const afterEnds = async (change: () => void): Promise<SweepProgressAnswer> => {
    await othersFirst();
    change();
    return sweep.progress();
  };
  const pausing = (paused: boolean) => () =>
    afterEnds(() => {
      sweep.change({ paused });
    });
  setHandler(pauseUpdate, pausing(true));
  setHandler(resumeUpdate, pausing(false));
  setHandler(
    setConcurrencyUpdate,
    (concurrency) =>
      afterEnds(() => {
        sweep.change({ concurrency });
      }),
    { validator: checkConcurrency },
  );
  setHandler(
    extendUpdate,
    ({ plan, planDigest }) =>
      afterEnds(() => {
        if (plan.digest !== sweep.plan().digest) {
          sweep.extend(plan, planDigest);
        }
      }),
    {
      validator: (request: ExtendRequest) => {
        checkExtension(request, sweep.plan());
      },
    },
  );
  setHandler(retryFailedUpdate, () =>
    afterEnds(() => {
      sweep.retry();
    }),
  );
}

/**
 * Ends when everything that arrived in the same activation has been looked at: conditions are looked at after every job of
 * an activation, but nothing that was resolved continues before all jobs are done.
 */
async function othersFirst(): Promise<void> {
  let isNext = false;
  void Promise.resolve().then(() => {
    isNext = true;
  });
  await condition(() => isNext);
}

function checkConcurrency(lanes: number): void {
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > MOST_LANES) {
    throw refusal(
      'USAGE',
      `concurrency is a whole number from 1 to ${String(MOST_LANES)} [concurrency=${String(lanes)}]`,
    );
  }
}

/** The client compared the new plan with one that it had read: another extension may have come between. */
function checkExtension({ plan, replaces }: ExtendRequest, inForce: ArtifactRef): void {
  if (replaces !== inForce.digest && plan.digest !== inForce.digest) {
    throw refusal('RUN_CONFLICT', `another plan has replaced this one [plan=${inForce.digest}, expected=${replaces}]`);
  }
}

function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
