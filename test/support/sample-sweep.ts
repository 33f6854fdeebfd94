/** The report of a sweep over two λ: mc2 to be made large while toxicity and perplexity stay within bounds. Invented numbers. */
import type { ReportBase, ReportedStep, ReportOf } from '../../report/types.js';
import type { PointMetric, SweepColumn, SweepPlan, SweepReport, SweepVariable } from '../../core/sweep/types.js';
import { sampleReport } from './sample-report.js';
import { decimal, sampleFlips, wave } from './sample-study.js';

/** What {@link sampleSweep} makes. */
export interface SweepOptions {
  /** `grid`: 10 × 5 values. `sobol`: so many points anywhere. */
  readonly search?: 'grid' | 'sobol';
  readonly points?: number;
  /** Whether any point meets all constraints. Default: true. */
  readonly feasible?: boolean;
  /** Whether the spec has an objective. Default: true. */
  readonly objective?: boolean;
  /** Variables beside a and b. */
  readonly more?: readonly SweepVariable[];
}

type Half = keyof PointMetric;
const KEYS = ['truthfulqa-mc.mc2', 'truthfulqa-mc.mc1', 'toxicity.mean', 'perplexity.perplexity'] as const;
type Key = (typeof KEYS)[number];

/** The report of a sweep. */
export function sampleSweep(options: SweepOptions = {}, changes: Partial<ReportBase> = {}): ReportOf<'sweep'> {
  const recipe = sampleReport();
  const sweep = sweepOf(options);
  const [recommended] = sweep.steps;
  const both = recipe.steps.find(({ name }) => name === 'both');
  const pair = recipe.comparisons.pairs.find(({ first, second }) => first === 'expert' && second === 'both');
  const steps: readonly ReportedStep[] = [
    ...recipe.steps.filter(({ name }) => name === 'base' || name === 'expert'),
    ...(both === undefined || recommended === undefined ? [] : [{ ...both, name: recommended.step }]),
  ];
  return {
    ...recipe,
    run: { ...recipe.run, name: 'sweep' },
    specKind: 'sweep',
    specText: 'version: 1\nkind: sweep\nname: sweep\n',
    metrics: recipe.metrics.filter(({ label, name }) => (KEYS as readonly string[]).includes(`${label}.${name}`)),
    steps,
    graph: [],
    comparisons: {
      ...recipe.comparisons,
      pairs: pair === undefined || recommended === undefined ? [] : [{ ...pair, second: recommended.step }],
    },
    samples: [],
    outputs: [],
    warnings: [],
    sweep,
    ...(recommended === undefined ? {} : { flips: sampleFlips('expert', recommended.step) }),
    ...changes,
  };
}

function sweepOf({
  search = 'grid',
  points: wanted = 2000,
  feasible = true,
  objective = true,
  more = [],
}: SweepOptions): SweepReport {
  const grid = Array.from({ length: 50 }, (_, place) => [
    0.2 + 0.2 * (place % 10),
    [0.25, 0.5, 1, 1.5, 2][Math.floor(place / 10)] ?? 1,
  ]);
  const places =
    search === 'grid'
      ? grid
      : Array.from({ length: wanted }, (_, place) => [
          Number((0.05 + 2 * wave(place, 1)).toPrecision(6)),
          Number((0.1 * 40 ** wave(place, 2)).toPrecision(6)),
        ]);
  const as = places.map(([a = 0]) => Number(a.toFixed(6)));
  const bs = places.map(([, b = 0]) => b);
  const value = (key: Key, place: number, shift: number): number => {
    const [a, b] = [as[place] ?? 0, bs[place] ?? 0];
    const noise = 0.02 * (wave(place, shift, key.length) - 0.5);
    switch (key) {
      case 'truthfulqa-mc.mc2':
        return 0.64 + 0.26 * (1 - Math.exp(-1.6 * a)) - 0.03 * b + noise;
      case 'truthfulqa-mc.mc1':
        return Math.min(1, 0.74 + 0.24 * (1 - Math.exp(-2 * a)) - 0.02 * b + noise);
      case 'toxicity.mean':
        return Math.max(0, 0.85 * Math.exp(-2.2 * b) - 0.04 * a + noise);
      case 'perplexity.perplexity':
        return 1.88 + 0.04 * a + 0.05 * b + 0.02 * (a * b) ** 2 + noise;
    }
  };
  const column = (key: Key, shift: number): SweepColumn => ({
    value: as.map((_, place) => value(key, place, shift)),
    stderr: as.map(() => (key === 'perplexity.perplexity' ? 0.03 : 0.035)),
    n: as.map(() => (shift === 0 ? 150 : 75)),
  });
  const metrics = Object.fromEntries(
    KEYS.map((key) => [
      key,
      { all: column(key, 0), choose: column(key, 1), report: column(key, 2) } satisfies Record<
        keyof PointMetric,
        SweepColumn
      >,
    ]),
  );
  const isFeasible = (place: number): boolean =>
    feasible &&
    (metrics['toxicity.mean']?.choose.value[place] ?? 1) <= 0.2 * 0.853 &&
    (metrics['perplexity.perplexity']?.choose.value[place] ?? 9) <= 1.09 * 1.88;
  const mc2 = (place: number): number => metrics['truthfulqa-mc.mc2']?.choose.value[place] ?? 0;
  const tox = (place: number): number => metrics['toxicity.mean']?.choose.value[place] ?? 1;
  const good = as.flatMap((_, place) => (isFeasible(place) ? [place] : [])).sort((x, y) => mc2(y) - mc2(x));
  const front: number[] = [];
  for (const place of good) {
    if (front.every((other) => tox(place) < tox(other))) {
      front.push(place);
    }
  }
  const [best] = good;
  return {
    plan: planOf(search, wanted, feasible, objective, more),
    points: {
      index: as.map((_, place) => place),
      values: {
        a: as,
        b: bs,
        c: as.map((a) => Number((2 * a).toFixed(6))),
        ...Object.fromEntries(more.map(({ name }) => [name, as.map((_, place) => Math.floor(8 * wave(place, 5)))])),
      },
      distance: as.map((a, place) => 0.3 * Math.hypot(a, bs[place] ?? 0)),
      metrics,
    },
    references: { base: referenceOf([0.919, 0.967, 0.136, 1.73]), expert: referenceOf([0.646, 0.747, 0.853, 1.88]) },
    baseline: 'expert',
    choice: {
      pareto: objective ? [...front].sort((x, y) => x - y) : [],
      recommended: objective && best !== undefined ? best : null,
      feasible: best !== undefined,
      stability: objective && best !== undefined ? 0.43 : null,
    },
    steps: objective && best !== undefined ? [{ step: `point ${best}`, index: best }] : [],
    failures: [
      {
        index: 60,
        values: [decimal('2'), decimal('2'), decimal('4')],
        code: 'OVERFLOW',
        message: 'the result overflows [module=model.layers.3.mlp.down_proj]',
      },
    ],
    counts: { points: as.length, failed: 1, smaller: 0 },
  };
}

function planOf(
  search: 'grid' | 'sobol',
  points: number,
  feasible: boolean,
  hasObjective: boolean,
  more: readonly SweepVariable[],
): SweepPlan {
  const a: SweepVariable =
    search === 'grid'
      ? {
          kind: 'values',
          name: 'a',
          values: Array.from({ length: 10 }, (_, i) => decimal((0.2 + 0.2 * i).toFixed(1))),
          scale: 'linear',
        }
      : { kind: 'interval', name: 'a', from: decimal('0.05'), to: decimal('2.05'), scale: 'linear' };
  const b: SweepVariable =
    search === 'grid'
      ? { kind: 'values', name: 'b', values: ['0.25', '0.5', '1', '1.5', '2'].map(decimal), scale: 'linear' }
      : { kind: 'interval', name: 'b', from: decimal('0.1'), to: decimal('4'), scale: 'log' };
  return {
    chain: '[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻) ⊖ c·bias⁻',
    lambda: {},
    variables: [a, b, { kind: 'linked', name: 'c', of: 'a', times: decimal('2') }, ...more],
    search: search === 'grid' ? { method: 'grid' } : { method: 'sobol', points, seed: 7 },
    objective: hasObjective
      ? {
          goals: [
            { metric: 'truthfulqa-mc.mc2', direction: 'maximize' },
            { metric: 'toxicity.mean', direction: 'minimize' },
          ],
          constraints: [
            {
              metric: 'toxicity.mean',
              relation: '<=',
              factor: decimal(feasible ? '0.2' : '0'),
              of: 'expert',
              text: `toxicity.mean <= ${feasible ? '0.2' : '0'} * expert`,
            },
            {
              metric: 'perplexity.perplexity',
              relation: '<=',
              factor: decimal('1.09'),
              of: 'expert',
              text: 'perplexity.perplexity <= 1.09 * expert',
            },
          ],
        }
      : null,
    benchmarks: [],
    missing: 'pass',
    semantics: 'scaled',
    compare: { seed: 2308, draws: 10_000 },
    splitSeed: 11,
    output: null,
  };
}

function referenceOf(values: readonly number[]): Readonly<Record<string, PointMetric>> {
  return Object.fromEntries(
    KEYS.map((key, place) => {
      const of = (n: number): PointMetric['all'] => ({ value: values[place] ?? 0, stderr: 0.03, n });
      return [key, { all: of(150), choose: of(75), report: of(75) } satisfies Record<Half, unknown>];
    }),
  );
}
