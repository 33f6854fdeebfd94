/** Hands a plan to Temporal: attaches to the same plan, starts a new run, or refuses and says what changed. */
import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowHandleWithFirstExecutionRunId,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { putFirstRecord } from '../../activities/run-record.js';
import { errorCode, OminusError } from '../../core/errors.js';
import { withSplitOf } from '../../core/plan/keep-split.js';
import { changesBesidePoints, describeChanges, differInVersionsAlone } from '../../core/plan/diff-plans.js';
import type { RunInput, SweepInput, TaskQueues } from '../../core/plan/run-types.js';
import type { Plan, PlanOf } from '../../core/plan/types.js';
import type { SpecKind } from '../../core/spec/schema.js';
import type { SearchAttributeName } from '../../core/search-attributes.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { searchAttributePairs } from '../../io/temporal/search-attributes.js';
import { extendUpdate } from '../../workflows/messages.js';
import type { runRecipe } from '../../workflows/run-recipe.js';
import type { runSweep } from '../../workflows/run-sweep.js';
import { askSweep, type RunAddress } from './ask-sweep.js';
import { endRun } from './end-run.js';
import { describeRun, firstRunId, knownRunNames, readMemo, runHandle, type RunMemo } from '../runs/run-chain.js';
import { adviseRunName } from '../runs/run-name.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** How many nodes of a run may be under way at a time. */
const CONCURRENCY = 4;
/** A race between two submissions is tried again this often. */
const ATTEMPTS = 5;

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
  readonly replace?: boolean;
  /**
   * Give a sweep that is under way the plan, if that differs in its points alone; `only`: refuse a name that no run has
   * instead of starting one.
   */
  readonly extend?: boolean | 'only';
}

/** What became of a submission. */
export interface Submission {
  readonly workflowId: string;
  /** Of the run's first execution. */
  readonly runId: string;
  readonly how: 'started' | 'attached' | 'replaced' | 'extended';
  /** What is different from the run before, if there was one. */
  readonly changes: readonly string[];
}

/**
 * Submits a plan under the spec's name.
 *
 * @throws OminusError `RUN_CONFLICT` when another plan is running under that name and `replace` is not set,
 *   `RUN_NOT_FOUND` when there is nothing to extend
 */
export async function submitPlan(input: SubmitInput): Promise<Submission> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await submitOnce(input);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || attempt >= ATTEMPTS) {
        throw error;
      }
    }
  }
}

async function submitOnce(asked: SubmitInput): Promise<Submission> {
  const { client } = asked;
  const before = await describeRun(client, asked.plan.name);
  const memo = before === undefined ? undefined : readMemo(before);
  const earlier = memo === undefined ? undefined : await earlierPlan(asked, memo);
  const goesOn = before?.status.name === 'RUNNING' && asked.replace !== true;
  const plan = goesOn && earlier !== undefined ? withSplitOf(asked.plan, earlier) : asked.plan;
  const input = { ...asked, plan };
  const ref = await jsonArtifact(input.store, plan);
  const changes = memo === undefined ? [] : changesSince(earlier, plan);
  const isRunning = before?.status.name === 'RUNNING';
  if (input.extend === 'only' && memo === undefined) {
    throw await nothingToExtend(input);
  }
  if (!isRunning) {
    return { ...(await start(input, ref)), how: 'started', changes };
  }
  const isSamePlan = memo?.planDigest === plan.digest;
  const isSamePlace = memo?.storeId === input.store.id;
  const isSameBuild = memo?.buildId === input.buildId;
  const run = { workflowId: plan.name, runId: firstRunId(before) };
  const handle = runHandle(client, run.workflowId, run.runId);
  if (isSamePlan && isSamePlace && isSameBuild && input.replace !== true) {
    if (await hasPlan(input, memo.plan)) {
      await putFirstRecord(input.store, { name: plan.name, runId: run.runId, plan, planRef: memo.plan });
      return { ...run, how: 'attached', changes: [] };
    }
    await endRun(handle);
    return { ...(await start(input, ref)), how: 'replaced', changes: ['its plan was lost from the store'] };
  }
  const isSameSpec = isSamePlan || (earlier !== undefined && differInVersionsAlone(earlier, plan));
  if (isSameSpec && isSamePlace && !isSameBuild) {
    // An older build's queues have no worker any more; what it finished is in the store.
    await handle.terminate('replaced by another build of ominus');
    return {
      ...(await start(input, ref)),
      how: 'replaced',
      changes: ['ominus itself is a different build', ...changes],
    };
  }
  if (Boolean(input.extend) && isSamePlace && isSameBuild) {
    await extend(input, ref, { run, inForce: memo.plan });
    return { ...run, how: 'extended', changes };
  }
  if (input.replace !== true) {
    throw conflict(plan, isSamePlan ? ['it uses another store'] : changes);
  }
  await endRun(handle);
  return { ...(await start(input, ref)), how: 'replaced', changes };
}

async function start(input: SubmitInput, plan: ArtifactRef): Promise<{ workflowId: string; runId: string }> {
  const { client, queues, buildId, store, searchAttributes } = input;
  const memo: RunMemo = { planDigest: input.plan.digest, plan, buildId, storeId: store.id };
  const runInput: RunInput = {
    name: input.plan.name,
    plan,
    queues,
    concurrency: CONCURRENCY,
    searchAttributes,
    recordsEnd: true,
  };
  const searchable = {
    OminusSpec: input.plan.name,
    OminusKind: input.plan.specKind,
    OminusPlan: input.plan.digest,
    OminusState: 'running',
    OminusProgress: 0,
  };
  const options = {
    workflowId: input.plan.name,
    taskQueue: queues.control,
    memo: { ...memo },
    typedSearchAttributes: searchAttributePairs(searchable, searchAttributes),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    staticSummary: `ominus ${input.plan.specKind} ${input.plan.name}`,
  } satisfies Partial<WorkflowStartOptions>;
  const handle = await startWorkflow(client, input.plan, { options, runInput });
  const run = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  await putFirstRecord(store, { name: input.plan.name, runId: run.runId, plan: input.plan, planRef: plan });
  return run;
}

interface WorkflowStart {
  readonly options: Omit<WorkflowStartOptions, 'args'>;
  readonly runInput: RunInput;
}

type Started = Pick<WorkflowHandleWithFirstExecutionRunId, 'workflowId' | 'firstExecutionRunId'>;

/** Starts the workflow that runs plans of a kind. */
type StartWorkflow<P extends Plan> = (client: Client, plan: P, start: WorkflowStart) => Promise<Started>;

const startRecipe: StartWorkflow<Plan> = (client, _plan, { options, runInput }) =>
  client.workflow.start<typeof runRecipe>('runRecipe', { ...options, args: [runInput] });

const startSweep: StartWorkflow<PlanOf<'sweep'>> = (client, { sweep }, { options, runInput }) =>
  client.workflow.start<typeof runSweep>('runSweep', {
    ...options,
    args: [{ ...runInput, evaluates: sweep.benchmarks.length > 0 } satisfies SweepInput],
  });

/** The workflow of each kind of spec. */
const WORKFLOWS: { readonly [K in SpecKind]: StartWorkflow<PlanOf<K>> } = {
  recipe: startRecipe,
  'order-study': startRecipe,
  sweep: startSweep,
};

function startWorkflow(client: Client, plan: Plan, start: WorkflowStart): Promise<Started> {
  const startKind = WORKFLOWS[plan.specKind] as StartWorkflow<Plan>; // the table pairs kinds with their workflows
  return startKind(client, plan, start);
}

/** Whether a run's plan can be read, if need be since it is stored again; a spec with other comments has another text. */
async function hasPlan({ store, plan }: SubmitInput, ref: ArtifactRef): Promise<boolean> {
  try {
    await store.getArtifact(ref);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'ARTIFACT_DAMAGED') {
      throw error;
    }
    return (await jsonArtifact(store, plan)).digest === ref.digest;
  }
}

/** Hands another plan to the sweep that is under way. */
async function extend(
  { client, store, plan }: SubmitInput,
  ref: ArtifactRef,
  { run, inForce }: { readonly run: RunAddress; readonly inForce: ArtifactRef },
): Promise<void> {
  const obstacles = changesBesidePoints(await readJsonArtifact<Plan>(store, inForce), plan);
  if (obstacles.length > 0) {
    throw new OminusError('RUN_CONFLICT', {
      message: `only the points of a running sweep can change [run=${plan.name}]: ${obstacles.slice(0, 6).join('; ')}`,
      hint: `Wait for it (ominus watch ${plan.name}), give the spec another name, or add --new to cancel it and start this one.`,
    });
  }
  const request = { plan: ref, planDigest: plan.digest, replaces: inForce.digest };
  await askSweep(client, run, (sweep) => sweep.executeUpdate(extendUpdate, { args: [request] }));
}

async function nothingToExtend({ client, plan }: SubmitInput): Promise<OminusError> {
  return new OminusError('RUN_NOT_FOUND', {
    message: `no sweep of this name was ever started [run=${plan.name}]`,
    hint: adviseRunName(
      plan.name,
      await knownRunNames(client),
      'Start it with ominus run, or correct the name in the spec: it says which sweep to extend.',
    ),
  });
}

async function earlierPlan(input: SubmitInput, memo: RunMemo): Promise<Plan | undefined> {
  try {
    return memo.planDigest === input.plan.digest ? input.plan : await readJsonArtifact<Plan>(input.store, memo.plan);
  } catch {
    return undefined; // no longer in the store
  }
}

function changesSince(earlier: Plan | undefined, plan: Plan): string[] {
  return earlier === undefined ? ['the earlier plan is no longer in the store'] : describeChanges(earlier, plan);
}

function conflict({ name, specKind }: Plan, changes: readonly string[]): OminusError {
  const extend = specKind === 'sweep' ? 'add --extend if only its points changed, ' : '';
  return new OminusError('RUN_CONFLICT', {
    message: `another plan is running under this name [run=${name}]: ${changes.slice(0, 6).join('; ')}`,
    hint: `Wait for it (ominus watch ${name}), give the spec another name, ${extend}or add --new to cancel it and start this one.`,
  });
}
