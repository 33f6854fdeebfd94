/** Ranges of places in a batch: ascending, apart from one another, [from, to). */

/** The places from `from` to before `to`. */
export type Range = readonly [from: number, to: number];

/** How many places there are in all. */
export function placesIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Takes at most `most` places off the front: never more than one range has, so that a slice is a range. */
export function takeFirst(
  ranges: readonly Range[],
  most: number,
): { readonly slice: Range; readonly rest: readonly Range[] } | undefined {
  const [first, ...others] = ranges;
  if (first === undefined) {
    return undefined;
  }
  const [from, end] = first;
  const to = Math.min(end, from + most);
  return { slice: [from, to], rest: to === end ? others : [[to, end], ...others] };
}

/** Puts a range back among others; ranges that touch become one, so that their number stays small. */
export function putBack(ranges: readonly Range[], range: Range): readonly Range[] {
  if (range[0] >= range[1]) {
    return ranges;
  }
  const joined: Range[] = [];
  for (const [from, to] of [...ranges, range].sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && last[1] === from) {
      joined[joined.length - 1] = [last[0], to];
    } else {
      joined.push([from, to]);
    }
  }
  return joined;
}
