import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextGeneration } from '../../../core/sweep/optimize.js';
import { judgePoints } from '../../../core/sweep/choose.js';
import { paretoFront } from '../../../core/sweep/pareto.js';
import { sampledPoint } from '../../../core/sweep/points.js';
import { optimizeSize, type OptimizeSearch, rungOf } from '../../../core/sweep/rungs.js';
import type { FinishedPoint, SweepObjective, SweepPlan, SweepPoint, SweepVariable } from '../../../core/sweep/types.js';
import { constraint, decimal, finish, interval, list, objective } from './fixtures.js';

type Plan = Pick<SweepPlan, 'variables' | 'search' | 'objective'>;
type Metrics = Readonly<Record<string, number | null>>;
type Problem = (values: readonly number[], point: SweepPoint) => Metrics;

const SEARCH: OptimizeSearch = { method: 'optimize', points: 96, seed: 3, population: 16, samples: [] };

/**
 * Schaffer's problem (x², (x − 2)²) with two nuisance variables that shift both goals away from the front: it is at y = z = 0,
 * 0 ≤ x ≤ 2, and √f₁ + √f₂ = 2 there.
 */
const VARIABLES = [interval('x', 0, 10), interval('y', 0, 10), interval('z', 0, 10)];
const schaffer: Problem = ([x = 0, y = 0, z = 0]) => ({ 'f.1': x ** 2 + y + z, 'f.2': (x - 2) ** 2 + y + z });
const GOALS = objective(['-f.1', '-f.2']);

function planOf(search: Partial<OptimizeSearch> = {}, goals: SweepObjective = GOALS, variables = VARIABLES): Plan {
  return { variables, search: { ...SEARCH, ...search }, objective: goals };
}

/** Runs a search to its end; points for which the problem gives undefined fail. */
function run(plan: Plan, problem: Problem, fails: (point: SweepPoint) => boolean = () => false) {
  const finished: FinishedPoint[] = [];
  const batches: (readonly SweepPoint[])[] = [];
  for (let batch = 0; ; batch++) {
    const points = nextGeneration(plan, batch, finished, {});
    if (points === null) {
      return { finished, batches };
    }
    batches.push(points);
    finished.push(
      ...points
        .filter((point) => !fails(point))
        .map((point) => finish(point, problem(point.values.map(Number), point))),
    );
  }
}

/** Area below (60, 60) that two goals to be minimised dominate. */
function hypervolume(finished: readonly FinishedPoint[], goals = GOALS): number {
  const judged = judgePoints(finished, goals, {}).filter(({ violation }) => violation === 0);
  const front = paretoFront(judged)
    .map((place) => judged[place]?.goals ?? [])
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  let [area, ceiling] = [0, 60];
  for (const [first = 0, second = 0] of front) {
    if (first < 60 && second < ceiling) {
      area += (60 - first) * (ceiling - second);
      ceiling = second;
    }
  }
  return area;
}

function randomRun(problem: Problem, points: number, seed: number): FinishedPoint[] {
  return Array.from({ length: points }, (_, index) => {
    const point = sampledPoint({ method: 'random', points, seed }, VARIABLES, index);
    return finish(point, problem(point.values.map(Number), point));
  });
}

describe('the batches of an optimization', () => {
  it('halve a generation on growing samples, and evaluate as many points in full as asked for', () => {
    const search: OptimizeSearch = { method: 'optimize', points: 10, seed: 1, population: 13, samples: [50, 200] };
    const rungs = Array.from({ length: 10 }, (_, batch) => rungOf(search, batch)).filter((rung) => rung !== null);
    expect(rungs.map(({ samples, from, to }) => [samples, from, to])).toEqual([
      [50, 0, 13],
      [200, 13, 20],
      [undefined, 20, 24],
      [50, 24, 37],
      [200, 37, 44],
      [undefined, 44, 48],
      [50, 48, 61],
      [200, 61, 68],
      [undefined, 68, 70],
    ]);
    expect(optimizeSize(search)).toBe(70);
    expect(optimizeSize({ ...search, samples: [] })).toBe(10);
  });

  it('number their points one after the other, and a larger search begins like a smaller one', () => {
    for (const samples of [[], [5]]) {
      // neither is a whole number of generations
      const { batches } = run(planOf({ points: 44, samples }), schaffer);
      const more = run(planOf({ points: 70, samples }), schaffer).batches.flat();
      const points = batches.flat();
      expect(points.map(({ index }) => index)).toEqual(points.map((_, index) => index));
      expect(points).toEqual(more.slice(0, points.length));
      expect(points.filter((point) => point.samples === undefined)).toHaveLength(44);
    }
  });

  it('are the same whatever the order in which points finished, and whatever came later', () => {
    const plan = planOf({ samples: [5] });
    const { finished, batches } = run(plan, schaffer);
    const shuffled = fc.shuffledSubarray(finished, { minLength: finished.length });
    fc.assert(
      fc.property(fc.nat({ max: batches.length - 1 }), shuffled, (batch, arrived) => {
        expect(nextGeneration(plan, batch, arrived, {})).toEqual(batches[batch]);
      }),
      { numRuns: 30 },
    );
  });

  it('differ with the seed', () => {
    expect(nextGeneration(planOf({ seed: 4 }), 0, [], {})).not.toEqual(nextGeneration(planOf(), 0, [], {}));
  });

  it('refuse other searches, and a search without an objective', () => {
    expect(() => nextGeneration({ ...planOf(), objective: null }, 0, [], {})).toThrow('without an objective');
    expect(() => nextGeneration({ ...planOf(), search: { method: 'grid' } }, 0, [], {})).toThrow('search grid');
  });
});

describe('the search', () => {
  it('finds the front of a known problem better than random search with ten times the points', () => {
    for (const seed of [1, 2, 3]) {
      const found = run(planOf({ seed, points: 240, population: 24 }), schaffer).finished;
      // the front's own: ∫ over 0 ≤ x ≤ 2 and the strips beside it
      const whole = 60 * 60 - 8 / 3;
      expect(hypervolume(found)).toBeGreaterThan(hypervolume(randomRun(schaffer, 2400, seed)));
      expect(hypervolume(found) / whole).toBeGreaterThan(0.98);
    }
  });

  it('keeps to constraints', () => {
    // x >= 1 cuts the front in two: √f₁ >= 1 there
    const goals = objective(['-f.1', '-f.2'], [constraint('f.x', '>=', 1)]);
    const problem: Problem = (values, point) => ({ ...schaffer(values, point), 'f.x': values[0] ?? 0 });
    const { finished } = run(planOf({ points: 240, population: 24 }, goals), problem);
    const judged = judgePoints(finished, goals, {});
    const front = paretoFront(judged).map((place) => judged[place]?.point.values.map(Number) ?? []);
    expect(front.length).toBeGreaterThan(10);
    for (const [x = 0, y = 0, z = 0] of front) {
      expect(x).toBeGreaterThanOrEqual(1);
      expect(y + z).toBeLessThan(0.5);
    }
    expect(Math.min(...front.map(([x = 0]) => x))).toBeLessThan(1.02);
  });

  it('finds the best of a single goal without constraints', () => {
    const goals = objective(['+f.g']);
    const problem: Problem = ([x = 0, y = 0, z = 0]) => ({ 'f.g': -((x - 3) ** 2) - (y - 4) ** 2 - (z - 5) ** 2 });
    const { finished } = run(planOf({ points: 240, population: 20 }, goals), problem);
    const best = Math.max(...finished.map(({ result }) => result.metrics['f.g']?.choose.value ?? Number.NaN));
    const [random] = judgePoints(randomRun(problem, 2400, 1), goals, {}).toSorted(
      (a, b) => (a.goals[0] ?? 0) - (b.goals[0] ?? 0),
    );
    expect(best).toBeGreaterThan(-(random?.goals[0] ?? 0));
  });

  it('sends the better half of a rung to the next one', () => {
    const goals = objective(['+f.g']);
    const problem: Problem = ([x = 0]) => ({ 'f.g': x });
    const { batches } = run(planOf({ points: 8, population: 16, samples: [4] }, goals), problem);
    const [first = [], second = []] = batches;
    const best = first
      .map(({ values }) => Number(values[0]))
      .sort((a, b) => b - a)
      .slice(0, 8);
    expect(second.map(({ values }) => Number(values[0]))).toEqual(best);
    expect(second.every(({ samples }) => samples === undefined)).toBe(true);
    expect(first.every(({ samples }) => samples === 4)).toBe(true);
  });

  it('is guided by full-size points only: small samples choose among candidates but have no children', () => {
    // on the small sample everything looks alike but x = large, in full the opposite holds
    const goals = objective(['+f.g']);
    const problem: Problem = ([x = 0], { samples }) => ({ 'f.g': samples === undefined ? -x : x });
    const { batches } = run(planOf({ points: 16, population: 16, samples: [4] }, goals), problem);
    const [, full = [], next = []] = batches;
    const parents = full.map(({ values }) => Number(values[0]));
    const children = next.map(({ values }) => Number(values[0]));
    const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    expect(middle(children)).toBeLessThan(middle(parents));
  });

  it('goes on when points fail: they are no parents, do not reach the next rung, and leave no hole in a full rung', () => {
    const fails = ({ index }: SweepPoint) => index % 3 === 0;
    const { batches } = run(planOf({ points: 48, samples: [5] }), schaffer, fails);
    const valuesOf = (points: readonly SweepPoint[]): string[] => points.map(({ values }) => values.join(' '));
    for (let batch = 0; batch < batches.length; batch += 2) {
      const [small = [], full = []] = batches.slice(batch, batch + 2);
      const whole = valuesOf(small.filter((point) => !fails(point)));
      expect(valuesOf(full).filter((values) => !whole.includes(values))).toEqual([]);
      expect(full).toHaveLength(8);
    }
  });

  it('ends even if every point fails, with new candidates in every generation and empty rungs', () => {
    const { batches } = run(planOf({ points: 24, samples: [5] }), schaffer, () => true);
    expect(batches.map((points) => points.length)).toEqual([16, 0, 16, 0, 16, 0]);
    expect(new Set(batches.flat().map(({ values }) => values.join(' '))).size).toBe(48);
  });

  it('counts points without a value as failed', () => {
    const { batches } = run(planOf({ points: 24, samples: [5] }), () => ({ 'f.1': null, 'f.2': 1 }));
    expect(batches.map((points) => points.length)).toEqual([16, 0, 16, 0, 16, 0]);
  });

  it('tries new points as long as there are any, and repeats itself after that', () => {
    const variables: SweepVariable[] = [
      list('x', [0, 1, 2, 3]),
      { kind: 'linked', name: 'y', of: 'x', times: decimal('0.5') },
      list('z', [0, 1, 2, 3, 4]),
    ];
    const { batches } = run(planOf({ points: 24, population: 8 }, GOALS, variables), schaffer);
    const keys = batches.flat().map(({ values }) => values.join(' '));
    expect(keys).toHaveLength(24);
    expect(new Set(keys.slice(0, 16)).size).toBe(16);
    expect(new Set(keys).size).toBe(20);
    expect(batches.flat().every(({ values: [x, y] }) => Number(y) === Number(x) / 2)).toBe(true);
  });
});
