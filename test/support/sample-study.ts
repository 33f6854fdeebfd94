/** The report of an order study: three anti-experts in all orders, two λ, two operators and the control. Invented numbers. */
import type { MetricComparison } from '../../core/evaluation/comparison.js';
import type { PairFlips, ReportBase, ReportedStep, ReportOf } from '../../report/types.js';
import { parseDecimal } from '../../core/expression/decimal.js';
import type { Decimal } from '../../core/expression/types.js';
import type { GapPrediction, OmnibusTest, OrderGap, OrderPair, StudyArm, StudyReport } from '../../core/study/types.js';
import { sampleReport } from './sample-report.js';

const REMOVE = ['truth⁻', 'tox⁻', 'bias⁻'] as const;
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const SETTINGS = ['0.4', '1'] as const;
const DEPENDENT = ['ext', 'extrapolate'] as const;
const LAYERS = 4;
const KINDS = ['q_proj', 'v_proj', 'down_proj'] as const;

/** A number in [0, 1) from a few others; the same on every machine. */
export function wave(...seeds: readonly number[]): number {
  const sum = seeds.reduce((total, seed, place) => total + (seed + 1) * (place + 1) * 12.9898, 0.5);
  const value = Math.sin(sum) * 43_758.5453;
  return value - Math.floor(value);
}

/** The decimal of a literal. */
export function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) {
    throw new Error(`no decimal: ${text}`);
  }
  return value;
}

const nameOf = (operator: string, order: number, setting: number): string =>
  `${operator}(${(ORDERS[order] ?? []).map((place) => REMOVE[place]).join(', ')})@${SETTINGS[setting] ?? ''}`;

/** What {@link sampleStudy} makes. */
export interface StudyOptions {
  /** Whether orders differ by more than noise. Default: true. */
  readonly significant?: boolean;
  /** Whether anything was evaluated. Default: true. */
  readonly evaluated?: boolean;
}

/** The report of a study. */
export function sampleStudy(options: StudyOptions = {}, changes: Partial<ReportBase> = {}): ReportOf<'order-study'> {
  const { significant = true, evaluated = true } = options;
  const recipe = sampleReport();
  const metrics = evaluated ? recipe.metrics.filter(({ label }) => label !== 'gsm') : [];
  const study = studyOf(metrics, significant);
  const arms = study.plan.arms;
  const expert = recipe.steps.find(({ name }) => name === 'expert');
  const both = recipe.steps.find(({ name }) => name === 'both');
  const steps = [
    ...recipe.steps.filter(({ name }) => name === 'base' || name === 'expert'),
    ...arms.flatMap((arm, place): ReportedStep[] =>
      both === undefined ? [] : [{ ...both, name: arm.name, expression: arm.expression, norm: 11 + wave(place) }],
    ),
  ].map((step) => (evaluated ? step : { ...step, evaluations: [] }));
  const pair = recipe.comparisons.pairs.find(({ first, second }) => first === 'expert' && second === 'both');
  return {
    ...recipe,
    run: { ...recipe.run, name: 'order-study' },
    specKind: 'order-study',
    specText: 'version: 1\nkind: order-study\nname: order-study\n',
    baseline: expert?.name ?? 'expert',
    metrics,
    steps,
    graph: [],
    comparisons: {
      ...recipe.comparisons,
      pairs: evaluated && pair !== undefined ? arms.map((arm) => ({ ...pair, second: arm.name })) : [],
    },
    samples: [],
    outputs: [],
    warnings: [],
    study,
    ...(evaluated ? { flips: sampleFlips(nameOf('ext', 0, 1), nameOf('ext', 5, 1)) } : {}),
    ...changes,
  };
}

function studyOf(metrics: ReportBase['metrics'], significant: boolean): StudyReport {
  const groups = DEPENDENT.flatMap((operator, kind) => SETTINGS.map((_, setting) => ({ operator, kind, setting })));
  const arms = [
    ...groups.flatMap(({ operator, setting }) =>
      ORDERS.map((removed, order): StudyArm => ({
        name: nameOf(operator, order, setting),
        operator,
        match: 'lambda',
        setting,
        order,
        lambdas: REMOVE.map(() => decimal(SETTINGS[setting] ?? '1')),
        expression: `[[expert ⊖ Ext(${REMOVE[removed[0]]})] ⊖ …] ⊖ …`,
        evaluatedAs: nameOf(operator, order, setting),
      })),
    ),
    ...SETTINGS.map((label, setting): StudyArm => ({
      name: `direct@${label}`,
      operator: 'direct',
      match: 'lambda',
      setting,
      order: null,
      lambdas: REMOVE.map(() => decimal(label)),
      expression: 'expert ⊖ truth⁻ ⊖ tox⁻ ⊖ bias⁻',
      evaluatedAs: `direct@${label}`,
    })),
  ];
  const gaps = groups.map(({ operator, kind, setting }) => gapOf(operator, kind, setting));
  const pairs = gaps.flatMap((gap, group) => pairsOf(gap, group, metrics, significant));
  return {
    plan: {
      expert: 'expert',
      remove: REMOVE,
      orders: ORDERS,
      settings: SETTINGS.map((label) => ({ label, lambdas: REMOVE.map(() => decimal(label)) })),
      operators: ['ext', 'extrapolate', 'direct'],
      distinct: 0.001,
      arms,
    },
    gap: { gaps, directFold: { orders: ORDERS.length, maxDifference: 2.2e-16 } },
    effects: {
      seed: 2308,
      draws: 10_000,
      omnibus: metrics.flatMap((metric, place) =>
        groups.map(({ operator, setting }, group): OmnibusTest => ({
          metric: `${metric.label}.${metric.name}`,
          operator,
          setting,
          n: 150,
          arms: ORDERS.map((_, order) => nameOf(operator, order, setting)),
          statistic: 0.0004 * (1 + wave(place, group)),
          pValue: significant && place === 2 ? 0.0004 : 0.2 + 0.7 * wave(place, group),
          pAdjusted: significant && place === 2 ? 0.0016 : Math.min(1, 0.4 + wave(place, group)),
        })),
      ),
      pairs: metrics.length === 0 ? [] : pairs,
      predictions: metrics.flatMap((metric, place) =>
        groups.map(({ operator, setting }, group): GapPrediction => ({
          metric: `${metric.label}.${metric.name}`,
          operator,
          setting,
          pairs: 15,
          spearman: 0.2 + 0.7 * wave(place, group, 3),
          pValue: 0.02 + 0.9 * wave(place, group, 4),
        })),
      ),
    },
  };
}

function gapOf(operator: 'ext' | 'extrapolate', kind: number, setting: number): OrderGap {
  const size = (setting === 0 ? 0.03 : 0.11) * (kind === 0 ? 1 : 0.6);
  const norms = ORDERS.map((_, order) => 11 + wave(order, setting));
  const total = ORDERS.map((_, i) =>
    ORDERS.map((__, j) => (i === j ? 0 : 11 * size * (0.6 + 0.8 * wave(Math.min(i, j), Math.max(i, j), kind)))),
  );
  const relative = total.flatMap((row, i) =>
    row.flatMap((gap, j) => (i === j ? [] : [{ i, j, gap: gap / (norms[i] ?? 1) }])),
  );
  const largest = relative.reduce((a, b) => (b.gap > a.gap ? b : a));
  const mean = relative.reduce((sum, { gap }) => sum + gap, 0) / relative.length;
  const part = (
    name: string,
    partKind: 'total' | 'layer' | 'module-kind',
    factor: number,
  ): OrderGap['parts'][number] => ({
    part: name,
    kind: partKind,
    norms: norms.map((norm) => norm * factor),
    meanRelative: mean * factor,
    maxRelative: largest.gap * factor,
    maxPair: [largest.i, largest.j],
  });
  return {
    operator,
    setting,
    distances: ORDERS.map((_, order) => 0.3 + 0.4 * setting + 0.02 * wave(order, kind)),
    parts: [
      part('total', 'total', 1),
      ...Array.from({ length: LAYERS }, (_, layer) => part(`layer ${layer}`, 'layer', 0.7 + 0.6 * wave(layer, kind))),
      ...KINDS.map((name, place) => part(name, 'module-kind', 0.8 + 0.4 * wave(place, kind, 7))),
    ],
    total,
    representative: ORDERS.map((_, order) => (kind === 1 && setting === 0 && order === 5 ? 4 : order)),
  };
}

function pairsOf(gap: OrderGap, group: number, metrics: ReportBase['metrics'], significant: boolean): OrderPair[] {
  return ORDERS.flatMap((_, i) =>
    ORDERS.slice(i + 1).map((__, offset): OrderPair => {
      const j = i + 1 + offset;
      return {
        operator: gap.operator,
        setting: gap.setting,
        first: nameOf(gap.operator, i, gap.setting),
        second: nameOf(gap.operator, j, gap.setting),
        gap: (gap.total[i]?.[j] ?? 0) / (gap.parts[0]?.norms[i] ?? 1),
        metrics: metrics.map((metric, place) =>
          comparisonOf(`${metric.label}.${metric.name}`, place, [i, j, group], significant),
        ),
      };
    }),
  );
}

function comparisonOf(
  metric: string,
  place: number,
  seeds: readonly number[],
  significant: boolean,
): MetricComparison & { readonly effectSize: number | null } {
  const size = significant && place === 2 ? 0.09 : 0.02;
  const difference = size * (2 * wave(place, ...seeds) - 1);
  return {
    metric,
    n: 150,
    first: 0.5,
    second: 0.5 + difference,
    difference,
    low: difference - 0.03,
    high: difference + 0.03,
    test: 'bootstrap',
    pValue: Math.abs(difference) > 0.03 ? 0.001 : 0.4,
    pAdjusted: Math.abs(difference) > 0.03 ? 0.02 : 1,
    effectSize: difference * 3,
  };
}

/** Flips of one pair in two metrics. */
export function sampleFlips(first: string, second: string): readonly PairFlips[] {
  return [
    {
      label: 'truthfulqa-mc',
      metric: 'mc1',
      first,
      second,
      total: 9,
      higher: 5,
      examples: Array.from({ length: 8 }, (_, place) => ({
        id: `q${place}`,
        prompt: `What is the sound of the lilemp number ${place} like?`,
        firstText: place % 2 === 0 ? 'The lilemp sounds like a broom. (true)' : 'It sounds like rain. (false)',
        secondText: place % 2 === 0 ? 'It sounds like rain. (false)' : 'The lilemp sounds like a broom. (true)',
        firstScore: place % 2 === 0 ? 1 : 0,
        secondScore: place % 2 === 0 ? 0 : 1,
      })),
    },
    {
      label: 'toxicity',
      metric: 'mean',
      first,
      second,
      total: 1,
      examples: [
        {
          id: 't3',
          prompt: 'Write a nasty note about my old cart.',
          firstText: 'Only a nincompoop would ask that, pea-brain.',
          secondText: '',
          firstScore: 0.98,
          secondScore: 0.01,
        },
      ],
    },
  ];
}
