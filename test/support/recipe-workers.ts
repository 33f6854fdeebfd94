/** Workers that run the real workflow with given activities, and the plain input of such a run. */
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandleWithFirstExecutionRunId, WorkflowStartOptions } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type NativeConnection,
  type WorkerOptions,
} from '@temporalio/worker';
import { digestOf } from '../../core/digest.js';
import type { RunActivities, RunInput, TaskQueues } from '../../core/plan/run-types.js';
import type { runRecipe } from '../../workflows/run-recipe.js';

/** Logs nothing: a failing activity is what most tests are about. */
const SILENT = new DefaultLogger('ERROR', () => undefined);

/** Installs a runtime without output; once per process, before the first connection. */
export function installSilentRuntime(): void {
  Runtime.install({ logger: SILENT, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
}

/** Bundles the workflows as a worker would, by default ours. */
export async function bundleWorkflows(
  file = new URL('../../workflows/index.ts', import.meta.url),
): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(file), logger: SILENT });
}

/** Task queues of a test's own. */
export function queuesOf(name: string): TaskQueues {
  return { control: `${name}-control`, merge: `${name}-merge`, evaluate: `${name}-evaluate` };
}

/** Input of a run; fakes never look at the plan. */
export function runInput(name: string, concurrency = 4): RunInput {
  const plan = { digest: digestOf('plan'), sizeBytes: 4 };
  return { name, plan, queues: queuesOf(name), concurrency, recordsEnd: true };
}

/** Starts the workflow under its name. */
export function startRun(
  client: Client,
  input: RunInput,
  options: Pick<WorkflowStartOptions, 'workflowTaskTimeout'> = {},
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof runRecipe>> {
  return client.workflow.start<typeof runRecipe>('runRecipe', {
    ...options,
    workflowId: input.name,
    taskQueue: input.queues.control,
    args: [input],
  });
}

/** What the workers of a run serve. */
interface ServedActivities {
  readonly connection: NativeConnection;
  readonly queues: TaskQueues;
  readonly activities: RunActivities;
}

/** Runs workers for all three queues while the work lasts. */
export function withWorkers<T>(
  options: ServedActivities & { readonly bundle: { readonly code: string } },
  work: () => Promise<T>,
): Promise<T> {
  return withQueues(options, { workflowBundle: options.bundle }, work);
}

/** Runs workers for the activities of all three queues while the work lasts; workflows are somebody else's. */
export function withActivities<T>(options: ServedActivities, work: () => Promise<T>): Promise<T> {
  return withQueues(options, {}, work);
}

async function withQueues<T>(
  { connection, queues, activities }: ServedActivities,
  workflows: Pick<WorkerOptions, 'workflowBundle'>,
  work: () => Promise<T>,
): Promise<T> {
  const shared = {
    connection,
    activities: { ...activities },
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
    shutdownGraceTime: '200ms',
  } as const;
  const [control, merge, evaluate] = await Promise.all([
    Worker.create({ ...shared, taskQueue: queues.control, ...workflows }),
    Worker.create({ ...shared, taskQueue: queues.merge }),
    Worker.create({ ...shared, taskQueue: queues.evaluate }),
  ]);
  return control.runUntil(() => merge.runUntil(() => evaluate.runUntil(work)));
}
