/** Recognises a run whose next step nobody takes up. */
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

/** What names the step that waits, if one does: nobody has started it. */
export function waitingTask({ raw: { pendingWorkflowTask: task } }: WorkflowExecutionDescription): string | undefined {
  const isWaiting = Boolean(task?.scheduledTime) && !task?.startedTime;
  return isWaiting ? JSON.stringify(task?.originalScheduledTime ?? task?.scheduledTime) : undefined;
}
