/** The state of a run, in the words that every command and page uses. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';

const STATE = defineSearchAttributeKey('OminusState', 'KEYWORD');

/** `paused`: a sweep that hands out no more points; `cancelled`: it was ended on request. */
export type RunState = 'running' | 'paused' | 'finished' | 'failed' | 'cancelled';

/** Whether the server still has the run to end. */
export function isUnderWay(state: string): boolean {
  return state === 'running' || state === 'paused';
}

/**
 * The state of a run by the status of its latest execution. A terminated run counts as cancelled: `ominus cancel` terminates a
 * run that no worker can stop, and so does `--new`; nothing terminates a run by itself. That a sweep is paused, its search
 * attributes say, where the namespace knows them.
 */
export function runStateOf({
  status,
  typedSearchAttributes,
}: Pick<WorkflowExecutionInfo, 'status'> & Partial<Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>>): RunState {
  switch (status.name) {
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
      return typedSearchAttributes?.get(STATE) === 'paused' ? 'paused' : 'running';
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
