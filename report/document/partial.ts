/** What a partial report says before all else: that it is one, how far the run is, and what failed. */
import { reasonLine } from '../../core/plan/run-end.js';
import { partialNote } from '../words/partial.js';
import type { RunReport } from '../types.js';
import type { Blocks } from './blocks.js';

/** Reasons that are listed; JSON has more. */
const MOST_REASONS = 5;

/** Nothing for the report of a finished run. */
export function partialBlocks(report: RunReport): Blocks {
  const note = partialNote(report);
  const { reasons = [], failed = 0 } = report.partial ?? {};
  const shown = reasons.slice(0, MOST_REASONS).map((reason) => `failed: ${reasonLine(reason)}`);
  const more = Math.max(failed, reasons.length) - shown.length;
  return [
    note !== undefined && {
      kind: 'warnings',
      title: 'Partial results',
      warnings: [note, ...shown, ...(more > 0 && shown.length > 0 ? [`and ${String(more)} more failures`] : [])],
    },
  ];
}
