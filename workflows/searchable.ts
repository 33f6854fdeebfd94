/**
 * A run's search attributes that change, written once, at its end. Progress while it runs is a query: writing it between the
 * nodes would put commands into the history whose order a replay after a kill must repeat exactly.
 */
import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { ProgressAnswer, RunInput } from '../core/plan/run-types.js';
import type { Schedule } from '../core/plan/schedule.js';

const PROGRESS = defineSearchAttributeKey('OminusProgress', 'DOUBLE');
const STATE = defineSearchAttributeKey('OminusState', 'KEYWORD');

/**
 * Shows how a run ends, and how far it came; only attributes that the namespace knows are written. A run that is terminated
 * from outside keeps saying `running`.
 */
export function showEnd(
  usable: RunInput['searchAttributes'],
  state: ProgressAnswer['state'],
  schedule: Pick<Schedule, 'finishedCount' | 'size'>,
): void {
  const pairs: SearchAttributeUpdatePair[] = [
    { key: PROGRESS, value: schedule.size === 0 ? 0 : schedule.finishedCount() / schedule.size },
    { key: STATE, value: state },
  ];
  const names: ReadonlySet<string> = new Set(usable);
  const known = pairs.filter(({ key }) => names.has(key.name));
  if (known.length > 0) {
    upsertSearchAttributes(known);
  }
}
