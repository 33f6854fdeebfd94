/** Recognises a run whose next step no worker picks up. */
import type { WorkflowExecutionDescription } from '@temporalio/client';

/** Whether a run's next step waits for a worker, and for how long, by this machine's clock. Shown the run again and again. */
export class MissingWorker {
  readonly #patienceMs: number;
  #task = '';
  #sinceMs = 0;

  /** @param patienceMs - how long a step may wait; a worker that is there takes it up within a second or two */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Whether the step has waited for longer than that. */
  isMissing(run: WorkflowExecutionDescription, nowMs: number): boolean {
    const task = waitingTask(run) ?? '';
    if (task !== this.#task) {
      [this.#task, this.#sinceMs] = [task, nowMs];
    }
    return task !== '' && nowMs - this.#sinceMs > this.#patienceMs;
  }
}

/** The name of the step that waits for a worker, if one does. */
export function waitingTask({ raw: { pendingWorkflowTask: task } }: WorkflowExecutionDescription): string | undefined {
  const isWaiting = Boolean(task?.scheduledTime) && !task?.startedTime;
  return isWaiting ? JSON.stringify(task?.originalScheduledTime ?? task?.scheduledTime) : undefined;
}
