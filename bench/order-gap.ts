/**
 * Weight-space gaps between all orders of five anti-experts at LLaMA-7B shape, from adapter folders to the table of gaps.
 *
 *     npx tsx bench/order-gap.ts [--json]
 *
 * 64 modules of 4096 × 4096 (q and v), rank 16, float16, an expert and five anti-experts: 120 orders. Beside it the naive way, with
 * the same library: every formula evaluated, every pair of results compared by core/algebra/difference. That would take hours, so it
 * is measured on one module, 12 of the orders and their 66 pairs, and scaled to all orders, pairs and modules; shared beginnings of
 * formulas count once there too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyOperator } from '../core/algebra/apply-operator.js';
import { weightDifference } from '../core/algebra/difference.js';
import { leafOperand } from '../core/algebra/leaf.js';
import type { Coefficients, Gram } from '../core/algebra/types.js';
import { ONE } from '../core/expression/decimal.js';
import { measureGaps, type MeasuredGaps, type OrderGapInput } from '../core/study/gap.js';
import { openAdapter } from '../io/adapter/adapter-folder.js';
import { computeGram } from '../io/adapter/compute-gram.js';
import { machine, machineLine } from './machine.js';
import { llama7b, makeRandomAdapter } from './make-random-adapter.js';

const ANTI_EXPERTS = 5;
/** Orders that the naive way is measured on. */
const SAMPLE = 12;

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  return items.length < 2
    ? [items]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function seconds<T>(work: () => T): readonly [number, T] {
  const start = performance.now();
  const result = work();
  return [(performance.now() - start) / 1000, result];
}

function measure(input: OrderGapInput): MeasuredGaps {
  const steps = measureGaps(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/** The part of a Gram that one module is. */
function oneModule(gram: Gram): Gram {
  const [path = ''] = gram.modules.keys();
  return {
    leaves: gram.leaves,
    modules: new Map([[path, gram.modules.get(path) ?? new Float64Array()]]),
    leafModules: new Map([[path, gram.leafModules.get(path) ?? []]]),
  };
}

/** Seconds per application of Ext and per pair, in one module. */
function naiveSeconds(gram: Gram, orders: readonly (readonly number[])[]): readonly [apply: number, pair: number] {
  const [expert, ...remove] = gram.leaves.map((leaf) => leafOperand(gram, leaf));
  if (expert === undefined) {
    throw new Error('no leaves');
  }
  const [applied, results] = seconds(() =>
    orders.slice(0, SAMPLE).map((order) =>
      order.reduce<Coefficients>((left, place) => {
        const right = remove[place] ?? expert;
        return applyOperator(gram, { operator: 'extract', sign: -1, lambda: ONE, left, right }).coefficients;
      }, expert),
    ),
  );
  const [compared] = seconds(() => {
    results.forEach((a, i) => {
      results.slice(i + 1).forEach((b) => weightDifference(gram, a, b));
    });
  });
  return [applied / (SAMPLE * ANTI_EXPERTS), compared / ((SAMPLE * (SAMPLE - 1)) / 2)];
}

const folder = await mkdtemp(join(tmpdir(), 'ominus-bench-'));
try {
  const paths: string[] = [];
  for (let seed = 0; seed <= ANTI_EXPERTS; seed++) {
    const path = join(folder, String(seed));
    await makeRandomAdapter(path, llama7b(['q_proj', 'v_proj']), { rank: 16, seed });
    paths.push(path);
  }
  const cpu = process.cpuUsage();
  const start = performance.now();
  const adapters = await Promise.all(paths.map((path) => openAdapter(path)));
  const gram = await computeGram(adapters);
  await Promise.all(adapters.map((adapter) => adapter.close()));
  const gramSeconds = (performance.now() - start) / 1000;
  const [expert, ...remove] = gram.leaves;
  if (expert === undefined) {
    throw new Error('no leaves');
  }
  const orders = permutations(remove.map((_, place) => place));
  const settings = [{ lambdas: remove.map(() => ONE) }];
  const study: OrderGapInput = {
    ...{ gram, expert, remove, orders, settings },
    operators: ['ext'],
    missing: 'pass',
    distinct: null,
  };
  const [gapSeconds, { result }] = seconds(() => measure(study));
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  const small = oneModule(gram);
  naiveSeconds(small, orders.slice(0, 2)); // lets both loops compile
  const [apply, pair] = naiveSeconds(small, orders);
  const beginnings = new Set(orders.flatMap((order) => order.map((_, at) => order.slice(0, at + 1).join()))).size;
  const pairs = (orders.length * (orders.length - 1)) / 2;
  const naive = gram.modules.size * (beginnings * apply + pairs * pair);
  const figures = {
    orders: orders.length,
    modules: gram.modules.size,
    gramSeconds,
    gapSeconds,
    cpuSeconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
    naiveSeconds: naive,
    ratio: naive / gapSeconds,
    maxRelative: result.gaps[0]?.parts[0]?.maxRelative,
    ...machine(),
  };
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures));
  } else {
    const s = (value: number): string => `${value.toFixed(1)} s`;
    console.log(
      `order gaps: ${String(figures.orders)} orders, ${String(figures.modules)} modules: ${s(gramSeconds + gapSeconds)} ` +
        `(Gram matrices ${s(gramSeconds)}, gaps ${s(gapSeconds)}; goal: under 10 s), ${s(cpuSeconds)} CPU, ` +
        `${figures.megabytes.toFixed(0)} MB at most`,
    );
    console.log(`  pair by pair: ${s(naive)} (scaled from one module) = ${figures.ratio.toFixed(0)} × our gaps`);
    console.log(machineLine());
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
