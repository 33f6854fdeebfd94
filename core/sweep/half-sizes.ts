/** How large the halves of the examples must be for a choice to mean something. */
import { OminusError } from '../errors.js';

/** Fewer examples than this on a side are refused. */
export const LEAST_OF_HALF = 10;
/** Fewer than this are warned of. */
export const ENOUGH_OF_HALF = 50;

/** Examples of one benchmark, prompts or blocks, on both sides. */
export interface HalfSizes {
  readonly label: string;
  readonly choose: number;
  readonly report: number;
}

/**
 * Refuses halves that are too small to choose by.
 *
 * @throws OminusError `SPEC_INVALID` when one has fewer than {@link LEAST_OF_HALF} examples
 */
export function requireHalves({ label, choose, report }: HalfSizes): void {
  if (Math.min(choose, report) < LEAST_OF_HALF) {
    throw new OminusError('SPEC_INVALID', {
      message:
        `the objective needs ${label}, whose halves have ${String(choose)} examples to choose by and ${String(report)} to report on, ` +
        `expected at least ${String(LEAST_OF_HALF)} each`,
      hint: 'Raise its limit, or give more data; without objective nothing is chosen.',
    });
  }
}

/** Whether both halves are large enough not to be warned of. */
export function areEnough({ choose, report }: HalfSizes): boolean {
  return Math.min(choose, report) >= ENOUGH_OF_HALF;
}

/** `toxicity 21 and 19`. */
export function sizesInWords({ label, choose, report }: HalfSizes): string {
  return `${label} ${String(choose)} and ${String(report)}`;
}
