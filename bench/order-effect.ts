/**
 * The statistics of an order study: 24 orders, 200 examples, an accuracy, a mean, a ratio and a perplexity, 10,000 draws.
 *
 *     npx tsx bench/order-effect.ts [--json]
 *
 * Beside it the same comparisons with resamples of their own for every metric of every pair, measured on some of the pairs and scaled to
 * all of them.
 */
import { digestOf } from '../core/digest.js';
import { compareEvaluations } from '../core/evaluation/compare.js';
import { correctionOf } from '../core/evaluation/correction.js';
import type { BenchmarkResult, MetricDefinition } from '../core/evaluation/types.js';
import { seededRandom } from '../core/statistics/random.js';
import { Resamples } from '../core/statistics/resamples.js';
import { orderEffects, type EvaluatedOrder } from '../core/study/effects.js';
import { machine, machineLine } from './machine.js';

const ORDERS = 24;
const EXAMPLES = 200;
/** Pairs that comparisons by themselves are measured on. */
const SAMPLE = 12;
const OPTIONS = { seed: 11, draws: 10_000 };
const KINDS = ['accuracy', 'mean', 'ratio', 'perplexity'] as const;

const integers = seededRandom(7);
const share = (): number => integers.below(2 ** 32) / 2 ** 32;
const weights = Array.from({ length: EXAMPLES }, () => 50 + integers.below(78));

/** One benchmark per metric, so that each can be compared by itself. */
const benchmarks = KINDS.map((kind) => {
  const metric: MetricDefinition = { name: kind, title: kind, higherIsBetter: true, kind, unit: 'number' };
  return { label: kind, benchmark: { metrics: [metric] } };
});

function randomResult(kind: (typeof KINDS)[number]): BenchmarkResult {
  const examples = weights.map((weight, i) => {
    const score = {
      accuracy: share() < 0.4 ? 1 : 0,
      mean: share(),
      ratio: weight * share(),
      perplexity: weight * share(),
    };
    return {
      id: String(i),
      promptDigest: digestOf(String(i)),
      scores: { [kind]: score[kind] },
      weight,
      detail: {},
    };
  });
  return { benchmark: kind, resultVersion: 1, metrics: {}, examples, warnings: [] };
}

const arms = Array.from({ length: ORDERS }, (_, order): EvaluatedOrder => ({
  name: String(order),
  operator: 'ext',
  setting: 0,
  order,
  results: benchmarks.map((benchmark) => ({ ...benchmark, result: randomResult(benchmark.label) })),
}));

/** Seconds of processor time. */
async function seconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

let omnibusSeconds = 0;
const before = process.cpuUsage();
const wholeSeconds = await seconds(async () => {
  await orderEffects({
    arms,
    relativeGap: (_, __, first, second) => (second - first) / ORDERS,
    ...OPTIONS,
    correction: correctionOf('max-t', OPTIONS.draws, 0),
    onTest: (done) => {
      omnibusSeconds = done === KINDS.length ? process.cpuUsage(before).user / 1e6 : omnibusSeconds;
    },
  });
});
const pairs = (ORDERS * (ORDERS - 1)) / 2;
const [first, ...others] = arms;
const aloneSeconds = await seconds(() => {
  for (const second of others.slice(0, SAMPLE)) {
    first?.results.forEach(({ label, benchmark, result }, place) => {
      const other = second.results[place]?.result ?? result;
      compareEvaluations({ first: result, second: other, benchmark, label, resamples: new Resamples(OPTIONS) });
    });
  }
});
const figures = {
  orders: ORDERS,
  pairs,
  wholeSeconds,
  omnibusSeconds,
  pairSeconds: wholeSeconds - omnibusSeconds,
  aloneSeconds: (aloneSeconds / SAMPLE) * pairs,
  megabytes: process.resourceUsage().maxRSS / 1024,
  ...machine(),
};
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures));
} else {
  const s = (value: number): string => `${value.toFixed(1)} s`;
  console.log(
    `order effects: ${String(ORDERS)} orders, ${String(KINDS.length)} metrics of ${String(EXAMPLES)} examples: ${s(wholeSeconds)} CPU ` +
      `(omnibus ${s(omnibusSeconds)}, ${String(pairs)} pairs ${s(figures.pairSeconds)}), ${figures.megabytes.toFixed(0)} MB at most`,
  );
  console.log(
    `  every pair with resamples of its own: ${s(figures.aloneSeconds)} CPU (scaled from ${String(SAMPLE)} pairs) = ` +
      `${(figures.aloneSeconds / figures.pairSeconds).toFixed(1)} × ours`,
  );
  console.log(machineLine());
}
