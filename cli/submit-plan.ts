/** Hands a plan to Temporal: attaches to the same plan, starts a new run, or refuses and says what changed. */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { OminusError } from '../core/errors.js';
import { describeChanges } from '../core/plan/diff-plans.js';
import type { PlanRef, RunInput, TaskQueues } from '../core/plan/run-types.js';
import type { Plan } from '../core/plan/types.js';
import type { SearchAttributeName } from '../core/search-attributes.js';
import { jsonArtifact, readJsonArtifact } from '../io/store/json-artifact.js';
import type { ArtifactStore } from '../io/store/types.js';
import { searchAttributePairs } from '../io/temporal/search-attributes.js';
import type { runRecipe } from '../workflows/run-recipe.js';
import { endRun } from './end-run.js';

/** How many nodes of a run may be under way at a time. */
const CONCURRENCY = 4;
/** A race between two submissions is tried again this often. */
const ATTEMPTS = 5;

/** What a run's memo says; the memo outlives the workflow's history. */
export interface RunMemo {
  readonly planDigest: string;
  readonly plan: PlanRef;
  readonly buildId: string;
  readonly storeId: string;
}

/** What {@link submitPlan} needs. */
export interface SubmitInput {
  readonly client: Client;
  readonly store: ArtifactStore;
  readonly plan: Plan;
  readonly queues: TaskQueues;
  readonly buildId: string;
  /** Those that the namespace knows. */
  readonly searchAttributes: readonly SearchAttributeName[];
  /** End the run that is under way, whatever its plan. */
  readonly replace: boolean;
}

/** What became of a submission. */
export interface Submission {
  readonly workflowId: string;
  readonly runId: string;
  readonly how: 'started' | 'attached' | 'replaced';
  /** What is different from the run before, if there was one. */
  readonly changes: readonly string[];
}

/**
 * Submits a plan under the spec's name.
 *
 * @throws OminusError `RUN_CONFLICT` when another plan is running under that name and `replace` is not set
 */
export async function submitPlan(input: SubmitInput): Promise<Submission> {
  const ref = await jsonArtifact(input.store, input.plan);
  for (let attempt = 1; ; attempt++) {
    try {
      return await submitOnce(input, ref);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || attempt >= ATTEMPTS) {
        throw error;
      }
    }
  }
}

async function submitOnce(input: SubmitInput, ref: PlanRef): Promise<Submission> {
  const { client, plan } = input;
  const before = await describeRun(client, plan.name);
  const memo = before === undefined ? undefined : readMemo(before);
  const changes = memo === undefined ? [] : await changesSince(input, memo);
  const isRunning = before?.status.name === 'RUNNING';
  if (!isRunning) {
    return { ...(await start(input, ref)), how: 'started', changes };
  }
  const isSamePlan = memo?.planDigest === plan.digest;
  const isSamePlace = memo?.storeId === input.store.id;
  const isSame = isSamePlan && isSamePlace && memo.buildId === input.buildId;
  if (isSame && !input.replace) {
    return { workflowId: plan.name, runId: before.runId, how: 'attached', changes: [] };
  }
  const handle = client.workflow.getHandle(plan.name, before.runId);
  if (isSamePlan && isSamePlace && !isSame) {
    // An older build's queues have no worker any more; what it finished lies in the store.
    await handle.terminate('replaced by a newer build of ominus');
    return { ...(await start(input, ref)), how: 'replaced', changes: ['ominus itself is another build'] };
  }
  if (!input.replace) {
    throw conflict(plan.name, isSamePlan ? ['it runs over another store'] : changes);
  }
  await endRun(handle);
  return { ...(await start(input, ref)), how: 'replaced', changes };
}

async function start(input: SubmitInput, plan: PlanRef): Promise<{ workflowId: string; runId: string }> {
  const { client, queues, buildId, store, searchAttributes } = input;
  const memo: RunMemo = { planDigest: input.plan.digest, plan, buildId, storeId: store.id };
  const args: [RunInput] = [{ name: input.plan.name, plan, queues, concurrency: CONCURRENCY, searchAttributes }];
  const searchable = {
    OminusSpec: input.plan.name,
    OminusKind: input.plan.specKind,
    OminusPlan: input.plan.digest,
    OminusState: 'running',
    OminusProgress: 0,
  };
  const handle = await client.workflow.start<typeof runRecipe>('runRecipe', {
    workflowId: input.plan.name,
    taskQueue: queues.control,
    args,
    memo: { ...memo },
    typedSearchAttributes: searchAttributePairs(searchable, searchAttributes),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    staticSummary: `ominus ${input.plan.specKind} ${input.plan.name}`,
  });
  return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
}

/** The latest run under a name, or undefined. */
export async function describeRun(client: Client, name: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(name).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/** The memo of a run, or undefined for a workflow that is none of ours. */
export function readMemo(run: Pick<WorkflowExecutionDescription, 'memo'>): RunMemo | undefined {
  const memo = run.memo as Partial<RunMemo> | undefined; // written by `start`, or by somebody else's workflow
  return typeof memo?.planDigest === 'string' && memo.plan !== undefined ? (memo as RunMemo) : undefined;
}

async function changesSince(input: SubmitInput, memo: RunMemo): Promise<string[]> {
  if (memo.planDigest === input.plan.digest) {
    return [];
  }
  try {
    return describeChanges(await readJsonArtifact<Plan>(input.store, memo.plan), input.plan);
  } catch {
    return ['the earlier plan is no longer in the store'];
  }
}

function conflict(name: string, changes: readonly string[]): OminusError {
  return new OminusError('RUN_CONFLICT', {
    message: `another plan is running under this name [run=${name}]: ${changes.slice(0, 6).join('; ')}`,
    hint: `Wait for it (ominus watch ${name}), give the spec another name, or add --new to cancel it and start this one.`,
  });
}
