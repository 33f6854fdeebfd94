/** Workers for workflows alone, in processes that can be killed; the activities live on in the test. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What such a worker serves. */
export interface WorkflowWorkerOptions {
  readonly address: string;
  /** The control queue of a run. */
  readonly queue: string;
  /** File of the workflow bundle. */
  readonly bundleFile: string;
  /** How long a task waits for this worker in particular before any worker may have it. */
  readonly stickyTimeout?: string;
}

/** A worker that polls. */
export interface WorkflowWorker {
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts a worker and waits until it polls. */
export async function startWorkflowWorker(options: WorkflowWorkerOptions): Promise<WorkflowWorker> {
  const script = fileURLToPath(new URL('workflow-worker-process.ts', import.meta.url));
  const { address, queue, bundleFile, stickyTimeout = '1s' } = options;
  const child = fork(script, [address, queue, bundleFile, stickyTimeout], { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`the worker ended with ${String(code)} before it polled`);
    }),
  ]);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
