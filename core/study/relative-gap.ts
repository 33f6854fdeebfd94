/** Gaps of single pairs, from what an order-gap node stored. */
import { OminusError } from '../errors.js';
import type { OrderGapResult, StudyOperator } from './types.js';

/**
 * ‖Δ_first − Δ_second‖_F / ‖Δ_first‖_F of two orders (places in the study's orders).
 *
 * @returns a function that throws OminusError `INTERNAL` for a pair that was not measured
 */
export function relativeGapOf({
  gaps,
}: OrderGapResult): (operator: StudyOperator, setting: number, first: number, second: number) => number {
  return (operator, setting, first, second) => {
    const gap = gaps.find((candidate) => candidate.operator === operator && candidate.setting === setting);
    const norm = gap?.parts[0]?.norms[first];
    const difference = gap?.total[first]?.[second];
    if (norm === undefined || difference === undefined) {
      throw new OminusError('INTERNAL', {
        message: `a gap was not measured [operator=${operator}, setting=${setting}, orders=${first}, ${second}]`,
      });
    }
    return difference === 0 ? 0 : norm === 0 ? 1 : difference / norm;
  };
}
