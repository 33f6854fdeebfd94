/** Recognises a run that cannot go on: its workflow's task fails, and is tried again for ever. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { OminusError } from '../../core/errors.js';

/** A task that failed so often has not failed by chance. */
const MANY_ATTEMPTS = 4;
/** How far back the failure is looked for; attempts after the first leave no trace of their own. */
const LAST_EVENTS = 20;

/**
 * Fails when a run cannot go on. Its own workers end a run whose workflow fails; this is for what they cannot see, such
 * as a worker whose workflows cannot be loaded.
 *
 * @throws OminusError `INTERNAL` with what the workers said
 */
export async function assertGoesOn(client: Client, run: WorkflowExecutionDescription): Promise<void> {
  const attempt = run.raw.pendingWorkflowTask?.attempt ?? 0;
  if (attempt < MANY_ATTEMPTS) {
    return;
  }
  const failure = await lastTaskFailure(client, run);
  if (failure !== undefined) {
    throw new OminusError('INTERNAL', {
      message: `the run cannot continue [run=${run.workflowId}, attempts=${String(attempt)}]: ${failure}`,
      hint: 'Start a new one with ominus run --new: it reuses finished results from the store.',
      details: { run: run.workflowId, attempts: attempt },
    });
  }
}

/** Why the task that is tried again failed, if it did: it may also have been lost with its worker. */
async function lastTaskFailure(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: LAST_EVENTS,
  });
  for (const event of history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) {
      return undefined; // what failed before has been overcome
    }
    if (event.workflowTaskFailedEventAttributes) {
      return event.workflowTaskFailedEventAttributes.failure?.message ?? 'its task fails without a message';
    }
  }
  return undefined;
}
