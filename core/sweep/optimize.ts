/**
 * Constrained multi-objective search over λ: NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE Trans. Evol. Comput. 6 (2002)
 * 182-197) in batches, its first generation from the Sobol sequence, with successive halving on growing samples.
 *
 * There is no state: every batch is a function of the plan and of the points evaluated before it.
 */
import { OminusError } from '../errors.js';
import type { Decimal } from '../expression/types.js';
import { hashedUnit } from '../statistics/hashed-unit.js';
import { seededRandom } from '../statistics/random.js';
import { type JudgedPoint, judgePoint } from './choose.js';
import type { References } from './constraints.js';
import { compareStandings, type Standing, standings } from './pareto.js';
import { fullRungOf, type OptimizeSearch, type Rung, rungOf } from './rungs.js';
import { sobolPoint } from './sobol.js';
import type { FinishedPoint, SweepPlan, SweepPoint } from './types.js';
import { type FreeVariable, freeVariables, linkValues, unitOf, valueAt } from './variables.js';
import { crossOver, mutate, type UniformSource } from './variation.js';

/** A member of the population with its rank and crowding in it. */
interface Member extends Standing {
  readonly judged: JudgedPoint;
}

/** What a batch is made from. */
interface Search {
  readonly plan: Pick<SweepPlan, 'variables'>;
  readonly search: OptimizeSearch;
  readonly free: readonly FreeVariable[];
  /** Points before the batch, in order of index. */
  readonly earlier: readonly FinishedPoint[];
  readonly judge: (point: FinishedPoint) => JudgedPoint;
}

/** Proposals per point wanted: half of them children, then points drawn uniformly, until enough differ from all before. */
const PROPOSALS_PER_POINT = 40;

/**
 * The points of a batch: a generation's candidates, or the better half of the rung before on more examples.
 *
 * Guided by the `choose` half of the examples. Points that failed are missing in `finished`: they never become parents and
 * never reach the next rung, which is then smaller, even empty. `points` counts the points of full size that were scheduled.
 * Candidates that were evaluated before are proposed again only where no others are found (short lists of values). In a rung
 * of small samples constraints relative to a reference are held against the reference's value over the whole half.
 *
 * @param batch - from 0
 * @param finished - what earlier batches gave, in any order; later batches are ignored
 * @returns null when the search is over
 * @throws OminusError `INTERNAL` for another search than `optimize`, or without an objective
 * @throws OminusError `SPEC_INVALID` when there are more free variables than the Sobol sequence covers
 */
export function nextGeneration(
  plan: Pick<SweepPlan, 'variables' | 'search' | 'objective'>,
  batch: number,
  finished: readonly FinishedPoint[],
  references: References,
): readonly SweepPoint[] | null {
  const { search, objective, variables } = plan;
  if (search.method !== 'optimize' || objective === null) {
    throw new OminusError('INTERNAL', { message: `search ${search.method} has no generations without an objective` });
  }
  const rung = rungOf(search, batch);
  if (rung === null) {
    return null;
  }
  const context: Search = {
    plan,
    search,
    free: freeVariables(variables),
    earlier: finished.filter((point) => point.index < rung.from).sort((a, b) => a.index - b.index),
    judge: (point) => judgePoint(point, objective, references),
  };
  const previous = rung.rung === 0 ? null : rungOf(search, batch - 1);
  const values = previous === null ? candidates(context, rung) : promoted(context, previous);
  return values.slice(0, rung.to - rung.from).map((point, place) => ({
    index: rung.from + place,
    values: point,
    ...(rung.samples === undefined ? {} : { samples: rung.samples }),
  }));
}

/** The points of a rung, best first. */
function promoted(context: Search, previous: Rung): readonly (readonly Decimal[])[] {
  return rank(pointsOf(context, previous)).map(({ judged }) => judged.point.values);
}

/** `population` new points. A last generation cut short takes the first of them. */
function candidates(context: Search, rung: Rung): readonly (readonly Decimal[])[] {
  const { search, plan } = context;
  const seen = new Set(context.earlier.map((point) => point.values.join(' ')));
  const found: (readonly Decimal[])[] = [];
  const repeated: (readonly Decimal[])[] = [];
  for (const units of proposals(context, rung)) {
    const values = linkValues(
      plan.variables,
      context.free.map((variable, place) => valueAt(variable, units[place] ?? 0)),
    );
    const key = values.join(' ');
    (seen.has(key) ? repeated : found).push(values);
    seen.add(key);
    if (found.length === search.population) {
      break;
    }
  }
  return [...found, ...repeated].slice(0, search.population);
}

/** Points of the unit cube: the Sobol sequence as long as there are no parents, else children, then uniform ones. */
function* proposals(context: Search, rung: Rung): Generator<readonly number[]> {
  const { search, free } = context;
  const count = search.population * PROPOSALS_PER_POINT;
  const population = populationBefore(context, rung.generation);
  if (population.length < 2) {
    for (let i = 0; i < count; i++) {
      yield sobolPoint(rung.from + i, free.length, search.seed);
    }
    return;
  }
  const integers = seededRandom(Math.floor(hashedUnit('sweep-generation', search.seed, rung.generation) * 2 ** 32));
  const random: UniformSource = () => integers.below(2 ** 32) / 2 ** 32;
  const parent = (): readonly number[] => {
    const [first, second] = [pick(population, random), pick(population, random)];
    return unitsOf(context, compareStandings(first, second) <= 0 ? first : second);
  };
  for (let i = 0; i < count / 4; i++) {
    const [first, second] = crossOver(parent(), parent(), random);
    yield mutate(first, random);
    yield mutate(second, random);
  }
  for (let i = 0; i < count / 2; i++) {
    yield free.map(() => random());
  }
}

/** The population after the generations before: of parents and children together the best survive, at most `population`. */
function populationBefore(context: Search, generation: number): readonly Member[] {
  let population: readonly Member[] = [];
  for (let past = 0; past < generation; past++) {
    const rung = fullRungOf(context.search, past);
    const children = rung === null ? [] : pointsOf(context, rung);
    population = rank([...population.map((member) => member.judged), ...children]).slice(0, context.search.population);
  }
  return population;
}

/** Points of a rung that can be judged. */
function pointsOf(context: Search, rung: Rung): readonly JudgedPoint[] {
  return context.earlier
    .filter((point) => point.index >= rung.from && point.index < rung.to)
    .map(context.judge)
    .filter((judged) => judged.violation < Number.POSITIVE_INFINITY);
}

/** Best first, by front and crowding, equal ones by index. */
function rank(points: readonly JudgedPoint[]): readonly Member[] {
  const standing = standings(points);
  return points
    .map((judged, place) => ({ judged, front: 0, crowding: 0, ...standing[place] }))
    .sort((a, b) => compareStandings(a, b) || a.judged.point.index - b.judged.point.index);
}

function unitsOf({ plan, free }: Search, { judged }: Member): readonly number[] {
  const values = judged.point.values.filter((_, place) => plan.variables[place]?.kind !== 'linked');
  return free.flatMap((variable, place) => values.slice(place, place + 1).map((value) => unitOf(variable, value)));
}

function pick(population: readonly Member[], random: UniformSource): Member {
  const member = population[Math.floor(random() * population.length)];
  if (member === undefined) {
    throw new OminusError('INTERNAL', { message: 'an empty population has no parents' });
  }
  return member;
}
