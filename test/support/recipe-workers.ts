/** Workers that run the real workflow with given activities, and the plain input of such a run. */
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type NativeConnection } from '@temporalio/worker';
import { digestOf } from '../../core/digest.js';
import type { RunActivities, RunInput, TaskQueues } from '../../core/plan/run-types.js';
import type { runRecipe } from '../../workflows/run-recipe.js';

/** Logs nothing: a failing activity is what most tests are about. */
const SILENT = new DefaultLogger('ERROR', () => undefined);

/** Installs a runtime without output; once per process, before the first connection. */
export function installSilentRuntime(): void {
  Runtime.install({ logger: SILENT, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
}

/** Bundles the workflows as a worker would. */
export async function bundleWorkflows(): Promise<{ readonly code: string }> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: SILENT });
}

/** Task queues of a test's own. */
export function queuesOf(name: string): TaskQueues {
  return { control: `${name}-control`, merge: `${name}-merge`, evaluate: `${name}-evaluate` };
}

/** Input of a run; fakes never look at the plan. */
export function runInput(name: string, concurrency = 4): RunInput {
  return { name, plan: { digest: digestOf('plan'), sizeBytes: 4 }, queues: queuesOf(name), concurrency };
}

/** Starts the workflow under its name. */
export function startRun(
  client: Client,
  input: RunInput,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof runRecipe>> {
  return client.workflow.start<typeof runRecipe>('runRecipe', {
    workflowId: input.name,
    taskQueue: input.queues.control,
    args: [input],
  });
}

/** Runs workers for all three queues while the work lasts. */
export async function withWorkers<T>(
  options: {
    readonly connection: NativeConnection;
    readonly bundle: { readonly code: string };
    readonly queues: TaskQueues;
    readonly activities: RunActivities;
  },
  work: () => Promise<T>,
): Promise<T> {
  const { connection, bundle, queues, activities } = options;
  const shared = {
    connection,
    activities: { ...activities },
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
    shutdownGraceTime: '200ms',
  } as const;
  const [control, merge, evaluate] = await Promise.all([
    Worker.create({ ...shared, taskQueue: queues.control, workflowBundle: bundle }),
    Worker.create({ ...shared, taskQueue: queues.merge }),
    Worker.create({ ...shared, taskQueue: queues.evaluate }),
  ]);
  return control.runUntil(() => merge.runUntil(() => evaluate.runUntil(work)));
}
