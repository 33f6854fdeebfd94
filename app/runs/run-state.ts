/** The state of a run, in the words that every command and page uses. */
import type { WorkflowExecutionInfo } from '@temporalio/client';

/** `cancelled`: it was ended on request. */
export type RunState = 'running' | 'finished' | 'failed' | 'cancelled';

/**
 * The state of a run by the status of its latest execution. A terminated run counts as cancelled: `ominus cancel` terminates a
 * run that no worker can stop, and so does `--new`; nothing terminates a run by itself.
 */
export function runStateOf({ status }: Pick<WorkflowExecutionInfo, 'status'>): RunState {
  switch (status.name) {
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
      return 'running';
    case 'COMPLETED':
      return 'finished';
    case 'CANCELLED':
    case 'TERMINATED':
      return 'cancelled';
    case 'FAILED':
    case 'TIMED_OUT':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'failed';
  }
}
