import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsObject } from '../../report/json/results-object.js';
import { Bench, demo, specText } from './bench.js';

/** Two steps, of which the second is written in an element type. */
const study = (dtype: string): string =>
  specText(`steps: { one: "expert ⊖ Ext(truth⁻)", two: "expert ⊖ 0.5·tox⁻" }
evaluate:
  steps: [expert, one, two]
  with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 40 }]
compare: { draws: 100, pairs: [[one, two]] }
output: { one: out/one, two: { path: out/two, dtype: ${dtype} } }`);

describe('a step that is written with fewer digits', () => {
  it.each(['float16', 'bfloat16'])('is reported as it is written beside the exact one (%s)', async (dtype) => {
    const bench = await Bench.create();
    const plan = await bench.plan(study(dtype));
    await bench.runAll(plan);
    const report = await bench.report(plan);
    const name = `two (${dtype})`;
    expect(report.steps.map((step) => step.name)).toEqual(['expert', 'one', 'two', name]);
    const output = report.outputs.find(({ step }) => step === 'two');
    const [exact, written] = report.steps.slice(2);
    // what was evaluated is named by the digest of what was written
    expect(written).toMatchObject({ kind: 'written', digest: output?.digest, norm: null, distanceFromBaseline: null });
    expect(written?.expression).toBe(exact?.expression);
    expect(written?.evaluations.map(({ label }) => label)).toEqual(['gsm']);
    // its distance is the rounding error that the writer measured
    const pair = report.comparisons.pairs.at(-1);
    expect([pair?.first, pair?.second]).toEqual(['two', name]);
    expect(output?.roundingError).toBeGreaterThan(0);
    expect(pair?.weights.relative).toBe(output?.roundingError);
    // measured on 128 rows of a module
    expect((pair?.weights.norm ?? 0) / ((output?.roundingError ?? 0) * (exact?.norm ?? 0))).toBeCloseTo(1, 1);
    expect(pair?.weights.byModule.length).toBe(28);
    expect(pair?.metrics.length).toBeGreaterThan(0);
    expect(Object.keys(resultsObject(report).steps)).toEqual(['expert', 'one', 'two', name]);
  });

  it('changes no number of anything else: neither values nor verdicts of other pairs', async () => {
    const bench = await Bench.create();
    const exact = await bench.plan(study('float32'));
    await bench.runAll(exact);
    const before = await bench.report(exact);
    const rounded = await bench.plan(study('float16'));
    expect(await bench.runAll(rounded)).toEqual([
      'round:two',
      'respond:two (float16):gsm',
      'evaluate:two (float16):gsm',
      'compare',
      'write:two',
    ]);
    const after = await bench.report(rounded);
    expect(after.steps.filter(({ kind }) => kind !== 'written')).toEqual(before.steps);
    expect(after.comparisons.pairs.slice(0, -1)).toEqual(before.comparisons.pairs);
    expect(before.comparisons.pairs.length).toBe(3);
  });

  it('is evaluated without its folder: another place or none changes nothing', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(study('float16'));
    const nodes = plan.nodes.filter(({ kind }) => kind !== 'write');
    for (const { id } of nodes) {
      await bench.runNode(plan, id);
    }
    const moved = await bench.plan(study('float16').replace('out/two', 'out/elsewhere'));
    expect(await bench.runAll(moved)).toEqual(['write:one', 'write:two']);
    await rm(join(bench.folder, 'out'), { recursive: true });
    expect(await bench.runAll(moved)).toEqual(['write:one', 'write:two']);
  });

  it('fails as the writing does, before anything is evaluated, where a value is too large for it', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(study('float16').replace('0.5·tox⁻', '1e14·tox⁻'));
    await expect(bench.runAll(plan)).rejects.toMatchObject({ code: 'OVERFLOW', retryable: false });
    const [round] = plan.nodes.filter(({ kind }) => kind === 'round');
    await expect(bench.runNode(plan, round?.id ?? '')).rejects.toThrow(/too large for F16/);
    const dependents = plan.nodes.filter(({ dependsOn }) => round !== undefined && dependsOn.includes(round.id));
    expect(dependents.map(({ id }) => id)).toEqual(['respond:two (float16):gsm', 'compare']);
  });
});
