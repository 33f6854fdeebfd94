import { describe, expect, it, vi } from 'vitest';
import { chainOfPlan } from '../../core/lower/chain.js';
import { createPointPlanner } from '../../core/lower/plan-point.js';
import { batchPoints, keyOfBatch } from '../../activities/sweep/batch-points.js';
import { runPoints } from '../../activities/sweep/run-points.js';
import { sweepFacts } from '../../activities/sweep/sweep-facts.js';
import { decimal } from '../core/sweep/fixtures.js';
import type { SweepPoint, SweepReport } from '../../core/sweep/types.js';
import { inChooseHalf, splitOf } from '../../core/sweep/split.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { OminusError } from '../../core/errors.js';
import { collect, planCollection } from '../../io/store/collection.js';
import type { RunReport } from '../../report/types.js';
import { reportOfKind } from '../support/report-of-kind.js';
import { Bench, damage, demo, specText } from './bench.js';
import { SweepDriver, sweepText } from './sweep-bench.js';

const OPTIMIZE = { over: '{ a: { from: 0.2, to: 2 }, b: [1, 2] }' };
const SEARCH = { search: '{ method: optimize, points: 6, population: 4, samples: [10], seed: 3 }' };

function sweepOf(report: RunReport): SweepReport {
  return reportOfKind('sweep', report).sweep;
}

/** The points of all batches. */
async function pointsOf(driver: SweepDriver, batches: number): Promise<SweepPoint[][]> {
  const facts = await sweepFacts(driver.run(), driver.ref);
  const all: SweepPoint[][] = [];
  for (let batch = 0; batch < batches; batch++) {
    const points = await batchPoints(driver.run(), facts, batch);
    all.push(Array.from({ length: points?.count ?? 0 }, (_, place) => points?.at(place) ?? []).flat());
  }
  return all;
}

/** Everything of a report that does not tell the time. */
function lasting(report: object): unknown {
  return { ...report, run: undefined };
}

describe('runPoints', () => {
  it('evaluates every point once; the second time all of them are in the store', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const before = driver.bench.engine.batches.length;
    const first = await driver.search();
    expect(first).toMatchObject({ batches: 1, done: 6, reused: 0, failures: [] });
    expect(driver.bench.engine.batches.length - before).toBe(6 * 2); // two batches of 40 answers
    await driver.bench.restart();
    expect(await driver.search()).toEqual({ ...first, reused: 6 });
    expect(driver.bench.engine.batches.length - before).toBe(6 * 2);
  });

  it('shares answers and scores with a recipe, either way round', async () => {
    const recipe = specText(`steps: { one: "[expert ⊖ 0.8·Ext(truth⁻)] ⊖ 2·Ext(tox⁻)" }
evaluate: { steps: [base, expert, one], with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 40 }] }`);
    const driver = await SweepDriver.open(await Bench.create());
    await driver.search();
    const { length } = driver.bench.engine.batches;
    const computed = await driver.bench.runAll(await driver.bench.plan(recipe));
    expect(driver.bench.engine.batches).toHaveLength(length);
    expect(computed.filter((id) => /^(respond|evaluate)/.test(id))).toEqual([]);
    // the other way round: the same answers, byte for byte, from coefficients that went through the store
    const other = await Bench.create();
    const plan = await other.plan(recipe);
    await other.runAll(plan);
    for (const node of plan.nodes.filter(({ kind }) => kind === 'respond' || kind === 'evaluate')) {
      expect(await driver.bench.artifacts(node), node.id).toEqual(await other.artifacts(node));
    }
    const again = await SweepDriver.open(other);
    const asked = other.engine.batches.length;
    await again.search();
    expect(other.engine.batches.length - asked).toBe(5 * 2);
  });

  it.each([
    ['grid', {}],
    ['optimize', { ...OPTIMIZE, ...SEARCH }],
  ])('goes on where it stopped, whatever was stored of the point by then (%s)', async (_, more) => {
    const undisturbed = await SweepDriver.open(await Bench.create(), sweepText(more));
    const { report } = await undisturbed.finish(await undisturbed.search());
    const driver = await SweepDriver.open(await Bench.create(), sweepText(more));
    const { engine } = driver.bench;
    engine.diesOf = 'CANCELLED'; // as when the worker is shut down
    for (let died = 0; ; died++) {
      engine.diesAfter = engine.batches.length + 1;
      const ended = await driver.search().catch((error: unknown) => error);
      if (!(ended instanceof OminusError)) {
        expect(died).toBeGreaterThan(5);
        break;
      }
      expect(ended.code).toBe('CANCELLED');
      await driver.bench.restart();
    }
    engine.diesAfter = undefined;
    const finished = await driver.finish(await driver.search());
    expect(lasting(finished.report)).toEqual(lasting(report));
    expect(engine.batches.length).toBe(undisturbed.bench.engine.batches.length);
  });

  it('works until its time is up, on one point at least', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    await driver.openBatch(0);
    expect(await driver.runPoints(0, 2, 6, 0)).toMatchObject({ next: 3, done: 1, reused: 0 });
    const told: [done: number, total: number][] = [];
    const run = driver.run({ onProgress: (done, total) => told.push([done, total]) });
    const rest = await runPoints(run, { plan: driver.ref, batch: 0, from: 2, to: 6, budgetMs: Infinity });
    expect(rest).toMatchObject({ next: 6, done: 4, reused: 1 });
    expect(told).toEqual([0, 1, 2, 3].map((done) => [done, 4]));
  });

  it('lets a bad point fail alone', async () => {
    const over = '{ a: [0.4, 1e200, 0.8], b: [1, 1e300] }';
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ over }));
    const outcome = await driver.search();
    expect(outcome.done + outcome.failures.length).toBe(6);
    // all but those with small values: 0 and 4
    expect(outcome.failures.map(({ index, code }) => [index, code])).toEqual(
      [1, 2, 3, 5].map((index) => [index, 'OVERFLOW']),
    );
    const { report } = await driver.finish(outcome);
    const sweep = sweepOf(report);
    expect(sweep.failures).toEqual(outcome.failures);
    expect(sweep.counts).toEqual({ points: outcome.done, failed: outcome.failures.length, smaller: 0 });
    expect(sweep.points.index).toHaveLength(outcome.done);
  });

  it('goes on in place when the inference process ended, and evaluates no stored batch again', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const { engine } = driver.bench;
    const before = engine.batches.length;
    engine.diesAfter = before + 3;
    expect(await driver.search()).toMatchObject({ done: 6, reused: 0, failures: [] });
    expect(engine.batches.length - before).toBe(6 * 2);
  });

  it('lets a point alone over which the inference process ends again and again', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const { engine } = driver.bench;
    const planner = createPointPlanner(driver.plan, chainOfPlan(driver.plan));
    const { candidate } = planner({ index: 2, values: [decimal(0.8), decimal(1)] });
    const key = planner({ index: 2, values: [decimal(0.8), decimal(1)] }).nodes.find(
      (node) => candidate.kind === 'node' && node.id === candidate.id,
    )?.key;
    let crashes = 0;
    engine.onBatch = () => {
      if (engine.batches.at(-1) === key) {
        crashes++;
        throw new OminusError('INFERENCE_CRASHED', { message: 'the inference process ended [signal SIGSEGV]' });
      }
    };
    const outcome = await driver.search();
    expect(outcome).toMatchObject({ done: 5, failures: [{ index: 2, code: 'INFERENCE_CRASHED' }] });
    expect(crashes).toBe(3);
    // what an attempt on another worker is told of the one before
    const slice = { plan: driver.ref, batch: 0, from: 2, to: 3, budgetMs: Infinity };
    const told = new Map([[2, 2]]);
    expect(await runPoints(driver.run({ crashes: told }), slice)).toMatchObject({ failures: [{ index: 2 }] });
    expect([crashes, told.get(2)]).toEqual([4, 3]);
    expect(await runPoints(driver.run({ crashes: told }), slice)).toMatchObject({ failures: [{ index: 2 }] });
    expect(crashes).toBe(4);
    // asked for again, when whatever it was is gone
    engine.onBatch = () => undefined;
    expect(await driver.search()).toMatchObject({ done: 6, reused: 5, failures: [] });
  });

  it('blames the device, not the points, when one after the other makes the inference process end', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    await driver.openBatch(0);
    const { engine } = driver.bench;
    let crashes = 0;
    engine.onBatch = () => {
      crashes++;
      throw new OminusError('INFERENCE_CRASHED', { message: 'the inference process ended [signal SIGSEGV]' });
    };
    const run = driver.run();
    // no time at all: a row that has begun is followed to its end
    const slice = { plan: driver.ref, batch: 0, from: 0, to: 6, budgetMs: 0 };
    await expect(runPoints(run, slice)).rejects.toMatchObject({
      code: 'INFERENCE_CRASHED',
      message: 'the inference process crashed on 3 consecutive points, 3 times each',
    });
    expect([crashes, run.crashes.size]).toEqual([9, 0]);
    // the device is back
    engine.onBatch = () => undefined;
    expect(await driver.search()).toMatchObject({ done: 6, reused: 0, failures: [] });
  });

  it('ends with what concerns every point: a lost input, a source that changed, cancellation', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    await driver.openBatch(0);
    const gram = driver.plan.nodes.find(({ kind }) => kind === 'gram');
    await driver.bench.store.forgetNode(gram?.key ?? driver.plan.digest);
    await expect(driver.runPoints(0, 0, 1)).rejects.toMatchObject({ code: 'INPUT_LOST', details: { nodes: 'gram' } });
    await driver.bench.runAll(driver.plan);
    const { sources } = driver.bench.context;
    const text = sources.text.bind(sources);
    const changed = new OminusError('SOURCE_CHANGED', { message: 'the data changed' });
    sources.text = () => Promise.reject(changed);
    await expect(driver.runPoints(0, 0, 1)).rejects.toBe(changed);
    sources.text = text;
    const controller = new AbortController();
    driver.bench.engine.onBatch = () => {
      controller.abort();
    };
    const slice = { plan: driver.ref, batch: 0, from: 0, to: 6, budgetMs: Infinity };
    const stopped = runPoints(driver.run({ signal: controller.signal }), slice);
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('makes a missing record again, without asking the model again', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const { best } = await driver.search();
    const { store, engine } = driver.bench;
    const planned = createPointPlanner(
      driver.plan,
      chainOfPlan(driver.plan),
    )({ index: 0, values: [decimal(0.4), decimal(1)] });
    await store.forgetNode(planned.key);
    const { length } = engine.batches;
    expect(await driver.search()).toMatchObject({ done: 6, reused: 5, best });
    expect(engine.batches).toHaveLength(length);
  });
});

describe('openBatch', () => {
  it('has all points of a grid in one batch', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    expect(await driver.openBatch(0)).toEqual({ points: 6, expected: 6 });
    expect(await driver.openBatch(1)).toBeNull();
  });

  it('keeps everything of a sweep from collection, while it runs and when it has finished', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ ...OPTIMIZE, ...SEARCH }));
    const { store } = driver.bench;
    const removable = async (): Promise<string[]> => {
      const plan = await planCollection(store, { olderThanMs: -1000 });
      return plan.remove.map(({ name }) => name).filter((name) => name.startsWith('nodes/'));
    };
    const outcome = await driver.search();
    expect(await removable()).toEqual([]);
    const { report } = await driver.finish(outcome);
    await collect(store, await planCollection(store, { olderThanMs: -1000 }));
    await driver.bench.restart();
    expect(await driver.search()).toEqual({ ...outcome, reused: outcome.done });
    const again = await driver.finish(outcome);
    expect(again.computed).toEqual([]);
    expect(lasting(again.report)).toEqual(lasting(report));
  });

  it('gives the same generations to every attempt and every worker', async () => {
    const text = sweepText({ ...OPTIMIZE, ...SEARCH });
    const driver = await SweepDriver.open(await Bench.create(), text);
    const outcome = await driver.search(1);
    expect(outcome.batches).toBe(6); // three generations of two rungs
    const points = await pointsOf(driver, outcome.batches);
    const other = await SweepDriver.open(await Bench.create(), text);
    await other.search(3);
    expect(await pointsOf(other, outcome.batches)).toEqual(points);
    // as if they had failed: what was opened after them stays what it is, for when they succeed
    const planner = createPointPlanner(driver.plan, chainOfPlan(driver.plan));
    for (const point of points.flat().slice(0, 5)) {
      await driver.bench.store.forgetNode(planner(point).key);
    }
    expect(await pointsOf(driver, outcome.batches)).toEqual(points);
    expect(await driver.search()).toEqual({ ...outcome, reused: outcome.done - 5 });
  });

  it('reads a finished point once for all later generations, in one process', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ ...OPTIMIZE, ...SEARCH }));
    const outcome = await driver.search();
    const points = await pointsOf(driver, outcome.batches);
    const planner = createPointPlanner(driver.plan, chainOfPlan(driver.plan));
    const keys = new Set<string>(points.flat().map((point) => planner(point).key));
    // another worker, that finds all points; as if no batch had been opened by then
    await driver.bench.restart();
    const { store } = driver.bench;
    const facts = await sweepFacts(driver.run(), driver.ref);
    for (let batch = 0; batch < outcome.batches; batch++) {
      await store.forgetNode(keyOfBatch(facts, batch));
    }
    const getNode = vi.spyOn(store, 'getNode');
    const again = await pointsOf(driver, outcome.batches);
    const reads = getNode.mock.calls.filter(([key]) => keys.has(key));
    getNode.mockRestore();
    expect(again).toEqual(points);
    // of the last batch nobody has asked for results yet
    expect(reads).toHaveLength(keys.size - (points.at(-1)?.length ?? 0));
  });
});

describe('choosePoints', () => {
  it('says, as openBatch does, which evaluation of a reference is lost, and goes on when that was made again', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const outcome = await driver.search();
    const { report } = await driver.finish(outcome);
    const id = 'evaluate:expert:gsm';
    const lost = { code: 'INPUT_LOST', details: { nodes: id } };
    for (const ask of [() => driver.openBatch(0), () => driver.finish(outcome)]) {
      await driver.bench.restart(); // a worker that has read it keeps it
      await damage(await driver.bench.objectFile(driver.plan, id, 'result'));
      await expect(ask()).rejects.toMatchObject(lost);
      expect(await driver.bench.runAll(driver.plan)).toEqual([id]);
      await ask();
    }
    expect(lasting((await driver.finish(outcome)).report)).toEqual(lasting(report));
  });

  it('chooses by one half of the examples and reports the other', async () => {
    const driver = await SweepDriver.open(await Bench.create());
    const outcome = await driver.search();
    const { report, last } = await driver.finish(outcome);
    const sweep = sweepOf(report);
    const { choose, report: reported, all } = sweep.points.metrics['gsm.no-number'] ?? {};
    const ids = Array.from({ length: 40 }, (_, i) => String(i));
    expect(all?.n[0]).toBe(40);
    expect(choose?.n[0]).toBe(ids.filter(splitOf(driver.plan.sweep)('gsm')).length);
    expect(choose?.n[0]).toBe(driver.plan.sweep.split?.choose['gsm']?.length);
    expect((choose?.n[0] ?? 0) + (reported?.n[0] ?? 0)).toBe(40);
    // the ids are in the plan alone
    expect(sweep.plan.split).toEqual({ version: 2, choose: {}, report: { gsm: reported?.n[0] } });
    expect(sweep.choice.recommended).toBe(outcome.best?.index);
    expect(sweep.steps[0]).toEqual({ step: 'best', index: sweep.choice.recommended });
    expect(sweep.choice.stability).toBeGreaterThan(0);
    const pair = report.comparisons.pairs.find(({ second }) => second === 'best');
    const metric = pair?.metrics.find((one) => one.metric === 'gsm.no-number');
    const place = sweep.points.index.indexOf(sweep.choice.recommended ?? -1);
    expect(metric?.n).toBe(reported?.n[place]);
    expect(metric?.second).toBe(reported?.value[place]);
    expect(last.steps.map(({ name }) => name)).toContain('best');
  });

  it('goes on with the halves that a plan of 0.1.0 began with', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ compare: '{ draws: 100, seed: 3 }' }));
    const { split, compare, ...old } = driver.plan.sweep;
    const { seed, draws } = compare;
    const plan = { ...driver.plan, sweep: { ...old, compare: { seed, draws } } };
    const begun = driver.with(plan, await jsonArtifact(driver.bench.store, plan));
    const outcome = await begun.search();
    expect(outcome).toMatchObject({ done: 6, reused: 0 });
    const { report, last } = await begun.finish(outcome);
    const ids = Array.from({ length: 40 }, (_, i) => String(i));
    const chosen = ids.filter((id) => inChooseHalf(seed, id));
    expect(chosen).not.toHaveLength(split?.choose['gsm']?.length ?? 0);
    expect(sweepOf(report).points.metrics['gsm.no-number']?.choose.n[0]).toBe(chosen.length);
    const pair = report.comparisons.pairs.find(({ second }) => second === 'best');
    expect(pair?.metrics[0]?.n).toBe(40 - chosen.length);
    expect(report.comparisons.correction?.method).toBe('holm');
    expect(last.nodes.find((node) => node.kind === 'compare')?.half).toEqual({ seed });
    // a worker that takes over finds what was stored under the keys of 0.1.0, and not what the new halves gave
    await driver.bench.restart();
    expect(await begun.search()).toEqual({ ...outcome, reused: 6 });
    expect(await driver.search()).toMatchObject({ done: 6, reused: 0 });
  });

  it('refuses to choose by too few blocks of text, which planning could not count', async () => {
    const text = `{ with: [perplexity: { data: "${demo('data/heldout.txt')}", limit: 60 }] }`;
    const few = sweepText({ objective: '{ minimize: perplexity.perplexity }', evaluate: text });
    const driver = await SweepDriver.open(await Bench.create(), few);
    await expect(driver.openBatch(0)).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      message: expect.stringMatching(/the objective needs perplexity, whose halves have \d examples/) as string,
    });
  });

  it('evaluates nothing again for the report', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ output: '{ keep: pareto, path: out }' }));
    const outcome = await driver.search();
    const { length } = driver.bench.engine.batches;
    const { computed, report } = await driver.finish(outcome);
    expect(driver.bench.engine.batches).toHaveLength(length);
    expect(computed.filter((id) => /^(gram|respond|evaluate)/.test(id))).toEqual([]);
    expect(report.outputs.map(({ step }) => step)).toContain('best');
    expect(report.planDigest).toBe(driver.plan.digest);
  });

  it('evaluates a chosen point as it is written, too, where its output has fewer digits', async () => {
    const text = sweepText({ output: '{ keep: best, path: out, dtype: float16 }' });
    const driver = await SweepDriver.open(await Bench.create(), text);
    const { computed, report } = await driver.finish(await driver.search());
    expect(computed.filter((id) => /^(gram|round|respond|evaluate)/.test(id))).toEqual([
      'round:best',
      'respond:best (float16):gsm',
      'evaluate:best (float16):gsm',
    ]);
    const names = report.steps.map(({ name }) => name);
    expect(names.indexOf('best (float16)')).toBe(names.indexOf('best') + 1);
    const pair = report.comparisons.pairs.find(({ second }) => second === 'best (float16)');
    expect(pair).toMatchObject({ first: 'best', weights: { relative: report.outputs[0]?.roundingError } });
    // on the half that points are not chosen by, as everything that a sweep compares
    expect(pair?.metrics.map(({ n }) => n)).toEqual(report.comparisons.pairs[0]?.metrics.map(({ n }) => n));
  });

  it('recommends nothing when no point is feasible, and reports all the same', async () => {
    const objective = '{ maximize: gsm.no-number, subject-to: ["gsm.accuracy >= 2"] }';
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ objective }));
    const { report } = await driver.finish(await driver.search());
    expect(sweepOf(report).choice).toMatchObject({ recommended: null, feasible: false, stability: null });
  });
});
