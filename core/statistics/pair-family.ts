/** Families of pairs, and their scores as columns without gaps, so that the sums of a pair are differences of the sums of two columns. */

/** Candidates with their scores on the same examples, and which of them are compared. */
export interface PairFamily {
  /** By candidate: a score per example, NaN where it has none. */
  readonly scores: readonly Float64Array[];
  /** Places of candidates; differences are second minus first. */
  readonly pairs: readonly (readonly [first: number, second: number])[];
}

/** A family's scores, ready for sums over examples. */
export interface AlignedColumns {
  /** `[examples]` each; 0 where the column's pairs do not count an example. */
  readonly columns: readonly Float64Array[];
  readonly examples: number;
  /** By pair: its columns, and its differences (second minus first) on the examples that it counts. */
  readonly pairs: readonly { readonly columns: readonly [number, number]; readonly differences: Float64Array }[];
}

/**
 * One column per candidate where all have scores on the same examples. Where they do not, a candidate has a further column for every set of
 * examples that it shares with another one. From every score that of the first candidate which has one is taken away: that changes
 * no difference, and keeps sums small.
 */
export function alignedColumns({ scores, pairs }: PairFamily): AlignedColumns {
  const length = scores[0]?.length ?? 0;
  const counted = Array.from({ length }, (_, i) => i).filter(
    (i) => scores.filter((column) => !Number.isNaN(column[i] ?? Number.NaN)).length > 1,
  );
  const centre = Float64Array.from(
    counted,
    (i) => scores.find((column) => !Number.isNaN(column[i] ?? Number.NaN))?.[i] ?? 0,
  );
  const centred = scores.map((column) =>
    Float64Array.from(counted, (i, place) => (column[i] ?? Number.NaN) - (centre[place] ?? 0)),
  );
  const gaps = centred.map((column) => gapsOf(column));
  const columns: Float64Array[] = [];
  const known = new Map<string, number>();
  const columnOf = (candidate: number, without: readonly number[]): number => {
    const key = `${candidate}: ${without.join(' ')}`;
    const place = known.get(key) ?? columns.length;
    if (place === columns.length) {
      const column = Float64Array.from(centred[candidate] ?? []);
      without.forEach((i) => (column[i] = 0));
      columns.push(column);
      known.set(key, place);
    }
    return place;
  };
  const aligned = pairs.map(([first, second]) => {
    const without = union(gaps[first] ?? [], gaps[second] ?? []);
    const [before, after] = [centred[first], centred[second]];
    const differences = centre
      .map((_, i) => (after?.[i] ?? 0) - (before?.[i] ?? 0))
      .filter((value) => !Number.isNaN(value));
    return { columns: [columnOf(first, without), columnOf(second, without)] as const, differences };
  });
  return { columns, examples: counted.length, pairs: aligned };
}

function gapsOf(column: Float64Array): readonly number[] {
  return [...column.keys()].filter((i) => Number.isNaN(column[i]));
}

function union(first: readonly number[], second: readonly number[]): readonly number[] {
  return first.length === 0
    ? second
    : second.length === 0
      ? first
      : [...new Set([...first, ...second])].sort((a, b) => a - b);
}
