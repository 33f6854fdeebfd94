/** How a point is named where people read of it. */
import type { SweepPoint, SweepVariable } from './types.js';

/** `point 17 (a = 0.4, b = 1)`. */
export function pointName(
  variables: readonly Pick<SweepVariable, 'name'>[],
  { index, values }: Pick<SweepPoint, 'index' | 'values'>,
): string {
  const parts = values.map((value, place) => {
    const name = variables[place]?.name;
    return name === undefined ? value : `${name} = ${value}`;
  });
  return `point ${String(index)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}
