import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type * as Registry from '../../core/evaluation/registry.js';
import type { ModelResponse } from '../../core/evaluation/types.js';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { Plan } from '../../core/plan/types.js';
import { CAPITALS } from '../support/capitals.js';
import { reportOfKind } from '../support/report-of-kind.js';
import { Bench, demo, specText } from './bench.js';
import { SweepDriver, sweepText } from './sweep-bench.js';

vi.mock('../../core/evaluation/registry.js', async (original) => {
  const real = await original<typeof Registry>();
  const { capitals } = await import('../support/capitals.js');
  const own = capitals();
  return {
    BENCHMARKS: [...real.BENCHMARKS, own],
    benchmarkNamed: (name: string) => (name === own.name ? own : real.benchmarkNamed(name)),
    requireBenchmark: (name: string) => (name === own.name ? own : real.requireBenchmark(name)),
  };
});

function respondOf(plan: Plan): PlanNode | undefined {
  return plan.nodes.find(({ kind }) => kind === 'respond');
}

describe('a benchmark with a second data file', () => {
  async function benchWith(examples: string, data = CAPITALS): Promise<Bench> {
    const bench = await Bench.create();
    await writeFile(join(bench.folder, 'capitals.jsonl'), data);
    await writeFile(join(bench.folder, 'examples.jsonl'), examples);
    return bench;
  }
  const [ghana = '', peru = ''] = CAPITALS.split('\n');
  const recipe = (parameters: string): string =>
    specText(`steps: { one: "expert ⊖ Ext(truth⁻)" }
evaluate: { steps: [one], with: [capitals: { data: capitals.jsonl${parameters} }] }`);

  it('is planned with both files, asks with the worked examples and names them as sources', async () => {
    const bench = await benchWith(`${ghana}\n${peru}`);
    const plan = await bench.plan(recipe(', examples: examples.jsonl, shots: 1'));
    expect(respondOf(plan)).toMatchObject({
      task: { reader: 'capitals', resultVersion: 1, others: { examples: { reader: 'capital-examples' } }, shots: 1 },
      others: { examples: { uri: join(bench.folder, 'examples.jsonl') } },
    });
    await bench.runAll(plan);
    const { provenance, metrics } = await bench.report(plan);
    expect(provenance.data.map(({ label }) => label)).toEqual(['capitals', 'capitals examples']);
    expect(metrics.map(({ name, title }) => [name, title])).toEqual([
      ['accuracy', 'capitals'],
      ['accuracy.continent=africa', 'capitals, Africa'],
      ['accuracy.continent=south-america', 'capitals, South America'],
    ]);
  });

  it('has keys that follow from the second file, and none of it where the spec names none', async () => {
    const named = recipe(', examples: examples.jsonl');
    const first = respondOf(await (await benchWith(ghana)).plan(named));
    const other = respondOf(await (await benchWith(peru)).plan(named));
    const without = respondOf(await (await benchWith(ghana)).plan(recipe('')));
    expect(first?.key).not.toBe(other?.key);
    expect(without?.key).not.toBe(first?.key);
    expect(JSON.stringify(without)).not.toContain('others');
  });

  it('says which line of the second file is broken, and that a file is missing', async () => {
    const bench = await benchWith(`${ghana}\n{"country":"Peru"}`);
    await expect(bench.plan(recipe(', examples: examples.jsonl'))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(/examples\.jsonl, line 2: "capital" is nothing/) as string,
    });
    await expect(bench.plan(recipe(', examples: nowhere.jsonl'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('is evaluated at the points of a sweep, which may be searched by a part of the data', async () => {
    // enough for two halves
    const bench = await benchWith(ghana, `${CAPITALS.trim()}\n`.repeat(4));
    const text = sweepText({
      evaluate: '{ with: [capitals: { data: capitals.jsonl, examples: examples.jsonl }] }',
      objective:
        '{ maximize: capitals.accuracy.continent=africa, subject-to: ["capitals.accuracy.continent=south-america >= 0"] }',
    });
    const driver = await SweepDriver.open(bench, text);
    const outcome = await driver.search();
    expect(outcome).toMatchObject({ done: 6, failures: [] });
    expect(outcome.best?.metric).toBe('capitals.accuracy.continent=africa');
  });
});

describe('truthfulqa-mc by category', () => {
  async function benchWith(categories: readonly string[]): Promise<Bench> {
    const bench = await Bench.create();
    const questions = JSON.parse(await readFile(demo('data/truthfulqa/mc_task.json'), 'utf8')) as object[]; // our own file
    const some = questions
      .slice(0, 20)
      .map((question, i) => ({ ...question, category: categories[i % categories.length] }));
    await writeFile(join(bench.folder, 'mc.json'), JSON.stringify(some));
    return bench;
  }
  const evaluate = '{ with: [truthfulqa-mc: { data: mc.json, by: category }] }';

  it('reports and compares every category, from the answers that are there already', async () => {
    const bench = await benchWith(['Law', 'Health']);
    const recipe = (by: string): string =>
      specText(`steps: { one: "expert ⊖ Ext(truth⁻)" }
evaluate: { steps: [expert, one], with: [truthfulqa-mc: { data: mc.json${by} }] }
compare: { baseline: expert, draws: 100 }`);
    const plain = await bench.plan(recipe(''));
    await bench.runAll(plain);
    const parted = await bench.plan(recipe(', by: category'));
    expect(respondOf(parted)?.key).toBe(respondOf(plain)?.key);
    expect((await bench.runAll(parted)).map((id) => id.split(':')[0])).toEqual(['evaluate', 'evaluate', 'compare']);
    const report = await bench.report(parted);
    const names = ['mc1', 'mc2'].flatMap((name) => ['health', 'law'].map((part) => `${name}.category=${part}`));
    expect(report.metrics.map(({ name }) => name)).toEqual(['mc1', 'mc2', ...names]);
    expect(report.comparisons.pairs[0]?.metrics.map(({ metric, n }) => [metric, n])).toEqual([
      ['truthfulqa-mc.mc1', 20],
      ['truthfulqa-mc.mc2', 20],
      ...names.map((name) => [`truthfulqa-mc.${name}`, 10]),
    ]);
    expect((await bench.report(plain)).metrics.map(({ name }) => name)).toEqual(['mc1', 'mc2']);
  });

  it('is refused while planning where the data does not have what the objective names', async () => {
    const bench = await benchWith(['Law', 'Health']);
    const text = (category: string): string =>
      sweepText({ evaluate, objective: `{ maximize: truthfulqa-mc.mc2.category=${category} }` });
    await expect(bench.plan(text('laws'))).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      message: expect.stringMatching(
        /names truthfulqa-mc\.mc2\.category=laws, but the data has no such category/,
      ) as string,
    });
    expect(await bench.plan(text('law'))).toMatchObject({
      sweep: { objective: { goals: [{ metric: 'truthfulqa-mc.mc2.category=law' }] } },
    });
  });

  it('is refused while planning where an example has no category', async () => {
    const bench = await benchWith(['Law', '']);
    await expect(
      bench.plan(sweepText({ evaluate, objective: '{ maximize: truthfulqa-mc.mc2 }' })),
    ).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(/entry 2: no category/) as string,
    });
  });

  it('says how sure the choice of a point is that was chosen by a category', async () => {
    const bench = await benchWith(['Law', 'Health']);
    const driver = await SweepDriver.open(
      bench,
      sweepText({ evaluate, objective: '{ maximize: truthfulqa-mc.mc2.category=law }' }),
    );
    const { report } = await driver.finish(await driver.search());
    const { sweep } = reportOfKind('sweep', report);
    expect(sweep.choice.stability).toBeGreaterThan(0);
    expect(Object.keys(sweep.points.metrics)).toContain('truthfulqa-mc.mc2.category=health');
  });
});

describe('stop texts', () => {
  it('end answers at the first of them, whatever the engine generated, and are part of the key', async () => {
    const bench = await Bench.create();
    const recipe = (stop: string): string =>
      specText(`steps: { one: "expert ⊖ Ext(truth⁻)" }
evaluate: { steps: [one], with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 12${stop} }] }`);
    const run = async (stop: string) => {
      const plan = await bench.plan(recipe(stop));
      await bench.runAll(plan);
      const node = respondOf(plan);
      const file = await readFile(await bench.objectFile(plan, node?.id ?? '', 'responses'), 'utf8');
      const responses = JSON.parse(file) as readonly Extract<ModelResponse, { kind: 'answer' }>[]; // our own file
      return { key: node?.key, responses };
    };
    const free = await run('');
    const longest = free.responses.map(({ text }) => text).sort((a, b) => b.length - a.length)[0] ?? '';
    const stop = longest.slice(1, 3);
    const stopped = await run(`, stop: [${JSON.stringify(stop)}]`);
    expect(stopped.key).not.toBe(free.key);
    for (const [i, { text, finished, tokens }] of stopped.responses.entries()) {
      const before = free.responses[i];
      const at = before?.text.indexOf(stop) ?? -1;
      expect(text).toBe(at === -1 ? before?.text : before?.text.slice(0, at));
      expect(finished).toBe(at !== -1 || before?.finished === true);
      expect(tokens.length).toBeLessThanOrEqual(before?.tokens.length ?? 0);
    }
    expect(stopped.responses.some(({ text }, i) => text !== free.responses[i]?.text)).toBe(true);
  });
});
