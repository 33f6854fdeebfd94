/** Points that are known before anything is evaluated: grids and samples. Any one by its index; no list is ever made. */
import { OminusError } from '../errors.js';
import type { Decimal } from '../expression/types.js';
import { hashedUnit } from '../statistics/hashed-unit.js';
import { sobolPoint } from './sobol.js';
import type { SampledMethod, SweepPoint, SweepSearch, SweepVariable } from './types.js';
import { type FreeVariable, freeVariables, linkValues, valueAt } from './variables.js';

/** A search that draws its points. */
export type SampledSearch = Extract<SweepSearch, { readonly method: SampledMethod }>;

/** Coordinates of a point in [0, 1), one per free variable. */
type Coordinates = (seed: number, index: number, free: readonly FreeVariable[]) => readonly number[];

const COORDINATES: Readonly<Record<SampledMethod, Coordinates>> = {
  random: (seed, index, free) => free.map(({ name }) => hashedUnit('sweep-random', seed, index, name)),
  sobol: (seed, index, free) => sobolPoint(index, free.length, seed),
};

/** Number of points of a grid: the product of the lists' lengths; linked variables add none. */
export function gridSize(variables: readonly SweepVariable[]): number {
  return freeVariables(variables).reduce((size, variable) => size * listOf(variable).length, 1);
}

/**
 * A point of the grid, in mixed radix: the last free variable runs fastest.
 *
 * @param index - in [0, {@link gridSize})
 */
export function gridPoint(variables: readonly SweepVariable[], index: number): SweepPoint {
  const free: Decimal[] = [];
  let rest = index;
  for (const variable of freeVariables(variables).toReversed()) {
    const list = listOf(variable);
    const value = list[rest % list.length];
    if (value !== undefined) {
      free.unshift(value);
    }
    rest = Math.floor(rest / list.length);
  }
  if (rest !== 0 || index < 0) {
    throw new OminusError('INTERNAL', { message: `the grid has ${gridSize(variables)} points, but none at ${index}` });
  }
  return { index, values: linkValues(variables, free) };
}

/**
 * A point of a random or Sobol search. It depends on the seed and its own index alone, so a search of 500 points is the
 * beginning of one of 1000. Lists of values may give equal points.
 *
 * - `random`: every coordinate is hashed from seed, index and the variable's name, so a variable keeps its values when others
 *   are added
 * - `sobol`: the sequence with a digital shift drawn from the seed ({@link sobolPoint})
 *
 * @throws OminusError `SPEC_INVALID` when there are more free variables than the Sobol sequence covers
 */
export function sampledPoint(search: SampledSearch, variables: readonly SweepVariable[], index: number): SweepPoint {
  const free = freeVariables(variables);
  const units = COORDINATES[search.method](search.seed, index, free);
  return {
    index,
    values: linkValues(
      variables,
      free.map((variable, place) => valueAt(variable, units[place] ?? 0)),
    ),
  };
}

function listOf(variable: FreeVariable): readonly Decimal[] {
  if (variable.kind === 'interval') {
    throw new OminusError('INTERNAL', { message: `a grid needs the values of ${variable.name} as a list` });
  }
  return variable.values;
}
