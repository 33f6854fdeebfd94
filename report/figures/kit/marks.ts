/** Marks of series: shapes as well as colours, so that print and every eye can tell them apart. */

const MARKS = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  'M-3.6-3.6H3.6V3.6H-3.6Z',
  'M0-5L4.6 3.6H-4.6Z',
  'M0-5L5 0L0 5L-5 0Z',
  'M0 5L4.6-3.6H-4.6Z',
  'M-4.5-1.5H-1.5V-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5Z',
] as const;

/** How many marks there are; series beyond share the last one. */
export const SERIES = MARKS.length;

/** The path of a series' mark, around the origin. */
export function markOf(place: number): string {
  return MARKS[Math.min(place, SERIES - 1)] ?? '';
}

/** The class of a series. */
export function seriesOf(place: number): string {
  return `s${Math.min(place, SERIES - 1) + 1}`;
}

/** The recommended point. */
export const STAR = 'M0-7.5L2-2.4L7.2-2.3L3.1 1L4.5 6.2L0 3.2L-4.5 6.2L-3.1 1L-7.2-2.3L-2-2.4Z';
/** A reference candidate. */
export const CROSS = 'M-5-5L5 5M-5 5L5-5';
/** A value with an interval. */
export const CIRCLE = 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z';
