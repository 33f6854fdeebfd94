/** What every form of a partial report says first: nobody may take it for a final one. */
import type { PartialFacts, RunReport } from '../types.js';
import { count, formatDuration, formatPace, formatTime } from './format.js';

const STATES: Readonly<Record<PartialFacts['state'], string>> = {
  running: 'the run is not finished',
  paused: 'the run is paused',
  failed: 'the run failed',
  cancelled: 'the run was cancelled',
  unknown: 'the run has no final results, and no server says what became of it',
};

/** `Partial results: the run is not finished; 34 of 81 points so far, …`, or undefined for a report of a finished run. */
export function partialNote({ partial }: Pick<RunReport, 'partial'>): string | undefined {
  if (partial === undefined) {
    return undefined;
  }
  const { state, done, total, unit, failed, rate, secondsLeft, asOf } = partial;
  const parts = [
    `${String(done)} of ${String(total)} ${unit} so far`,
    ...(failed > 0 ? [count(failed, 'failure')] : []),
    ...(rate === undefined ? [] : [formatPace(rate, unit === 'points' ? 'point' : 'node')]),
    ...(secondsLeft === undefined ? [] : [`about ${formatDuration(secondsLeft)} left`]),
  ];
  const later = state === 'running' || state === 'paused' ? 'Numbers and choices will change.' : 'No choice is final.';
  return `Partial results: ${STATES[state]}; ${parts.join(', ')}, as of ${formatTime(asOf)}. ${later}`;
}

/** Behind every name under which partial results are shown. */
export function partialMark({ partial }: Pick<RunReport, 'partial'>): string {
  return partial === undefined ? '' : ' (partial)';
}
