/**
 * A run's search attributes that change, written at its end, and by a sweep where nothing else is under way. Progress while
 * it runs is a query: writing it between the nodes would put commands into the history whose order a replay after a kill
 * must repeat exactly.
 */
import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { Digest } from '../core/digest.js';
import type { ProgressAnswer, RunInput } from '../core/plan/run-types.js';
import type { Schedule } from '../core/plan/schedule.js';

const PROGRESS = defineSearchAttributeKey('OminusProgress', 'DOUBLE');
const STATE = defineSearchAttributeKey('OminusState', 'KEYWORD');
const PLAN = defineSearchAttributeKey('OminusPlan', 'KEYWORD');

/**
 * Shows how a run ends, and how far it came; only attributes that the namespace knows are written. A run that is terminated
 * from outside keeps saying `running`.
 */
export function showEnd(
  usable: RunInput['searchAttributes'],
  state: ProgressAnswer['state'],
  schedule: Pick<Schedule, 'finishedCount' | 'size'>,
): void {
  write(usable, [
    { key: PROGRESS, value: schedule.size === 0 ? 0 : schedule.finishedCount() / schedule.size },
    { key: STATE, value: state },
  ]);
}

/** Shows the progress of a sweep: when a batch begins, after requests, and at its end. */
export function showSweep(
  usable: RunInput['searchAttributes'],
  state: ProgressAnswer['state'] | 'paused',
  share: number,
): void {
  write(usable, [
    { key: PROGRESS, value: share },
    { key: STATE, value: state },
  ]);
}

/** Shows that another plan is in force. */
export function showPlan(usable: RunInput['searchAttributes'], planDigest: Digest): void {
  write(usable, [{ key: PLAN, value: planDigest }]);
}

function write(usable: RunInput['searchAttributes'], pairs: readonly SearchAttributeUpdatePair[]): void {
  const names: ReadonlySet<string> = new Set(usable);
  const known = pairs.filter(({ key }) => names.has(key.name));
  if (known.length > 0) {
    upsertSearchAttributes(known);
  }
}
