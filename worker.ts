/** Hosts workflows and activities: one Temporal worker per task queue, in one process, over one connection. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { TaskQueues } from './core/plan/run-types.js';
import { createActivities } from './activities/index.js';
import type { ActivityContext } from './activities/context.js';

/** Which kinds of work a worker serves. */
export type WorkerRole = keyof TaskQueues;

/** What a worker needs. */
export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly queues: TaskQueues;
  readonly roles: readonly WorkerRole[];
  readonly context: ActivityContext;
  /** How many merges may run at a time; evaluations are served one at a time per device. */
  readonly mergeConcurrency?: number;
}

/** A running worker. */
export interface RunningWorker {
  /** Settles when all its queues have stopped; rejects when one of them failed. */
  readonly stopped: Promise<void>;
  /** Lets what runs stop at its next safe point, and waits for it. */
  shutdown(): Promise<void>;
}

/** Progress in heartbeats must arrive within a second or it is lost on a kill. */
const HEARTBEAT_THROTTLE = '1s';
/** How long activities may go on after a shutdown was asked for; they stop at the next batch. */
const SHUTDOWN_GRACE = '1s';

/**
 * Starts the workers of the given roles.
 *
 * @throws whatever Temporal says when the namespace or connection is not usable
 */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const activities = createActivities(settings.context);
  const shared = {
    connection: settings.connection,
    namespace: settings.namespace,
    activities,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    shutdownGraceTime: SHUTDOWN_GRACE,
    stickyQueueScheduleToStartTimeout: '1s',
    // A workflow that fails, or whose history leads elsewhere, ends: its task would be tried again for ever, while a new
    // run finds in the store what is finished.
    workflowFailureErrorTypes: { '*': ['Error'] },
  } satisfies Partial<WorkerOptions>;
  const optionsOf: Readonly<Record<WorkerRole, Partial<WorkerOptions>>> = {
    control: { ...workflowSource(), maxConcurrentActivityTaskExecutions: 8, maxConcurrentWorkflowTaskExecutions: 8 },
    merge: { maxConcurrentActivityTaskExecutions: settings.mergeConcurrency ?? 2 },
    evaluate: { maxConcurrentActivityTaskExecutions: 1 },
  };
  const workers = await Promise.all(
    settings.roles.map((role) => Worker.create({ ...shared, ...optionsOf[role], taskQueue: settings.queues[role] })),
  );
  const runs = workers.map((worker) => worker.run());
  const shutdownAll = (): void => {
    for (const worker of workers) {
      if (worker.getState() === 'RUNNING') {
        worker.shutdown();
      }
    }
  };
  // One failed queue stops the others: a half-working worker would hold runs up without a word.
  const stopped = Promise.all(runs.map((run) => run.catch(rethrowAfter(shutdownAll)))).then(() => undefined);
  return {
    stopped,
    shutdown: async () => {
      shutdownAll();
      await Promise.allSettled(runs);
    },
  };
}

function rethrowAfter(before: () => void): (error: unknown) => never {
  return (error) => {
    before();
    throw error;
  };
}

/** The bundle made by the build, or the sources when there is none (development and tests). */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const bundle = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) {
    return { workflowBundle: { codePath: bundle } };
  }
  return { workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)) };
}
