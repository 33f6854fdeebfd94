/** The best point so far. No Node imports: the workflow folds the bests of its slices with this. */
import type { BestPoint } from './types.js';

/**
 * The better of two points: the smaller violation, then the better goals in their order, then the smaller index, so that the
 * order in which slices end does not matter.
 */
export function betterPoint(first: BestPoint | null, second: BestPoint | null): BestPoint | null {
  if (first === null || second === null) {
    return first ?? second;
  }
  for (const [place, value] of first.sortedBy.entries()) {
    const other = second.sortedBy[place] ?? value;
    if (value !== other) {
      return value < other ? first : second;
    }
  }
  return first.index <= second.index ? first : second;
}
