import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ResultsObject } from '../../report/json/results-object.js';
import type { OrderGapResult } from '../../core/study/types.js';
import { beforeItsEnd, Desk, killCommandAt, ROOT, runIdOf, type Finished } from '../support/command.js';

const demo = join(ROOT, 'demo');
const STUDY = `version: 1
kind: order-study
name: study
base: ${demo}/base
adapters: { expert: ${demo}/adapters/expert, truth⁻: ${demo}/adapters/truth-, tox⁻: ${demo}/adapters/tox-, retain: ${demo}/adapters/retain }
expert: expert
remove: [truth⁻, tox⁻, retain]
orders: [[truth⁻, tox⁻, retain], [tox⁻, truth⁻, retain], [retain, tox⁻, truth⁻]]
operators: [ext, direct]
lambda: { truth⁻: 1, tox⁻: 1, retain: 0.2 }
distinct: 1e-3
evaluate:
  steps: [expert]
  with:
    - truthfulqa-mc: { data: ${demo}/data/truthfulqa/mc_task.json, limit: 10 }
    - gsm: { data: ${demo}/data/gsm8k/test.jsonl, max_new_tokens: 24, limit: 10 }
compare: { draws: 200 }
`;

/** Results without what names a run. */
function resultsOf(finished: Finished): Omit<ResultsObject, 'run'> {
  expect(finished.code, finished.stderr.slice(-1500)).toBe(0);
  const { spec, steps, comparisons, outputs, warnings, study } = JSON.parse(finished.stdout) as ResultsObject;
  return { spec, steps, comparisons, outputs, warnings, ...(study === undefined ? {} : { study }) };
}

describe('an order study', { timeout: 300_000 }, () => {
  const desks: Desk[] = [];
  const newDesk = async (): Promise<Desk> => {
    const desk = await Desk.create();
    desks.push(desk);
    await desk.write('study.yaml', STUDY);
    return desk;
  };

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
  });

  it('shows its gaps before anything is evaluated, runs, and ends the same after kill -9', async () => {
    const undisturbed = await newDesk();
    const planned = await undisturbed.run('plan', 'study.yaml', '--json');
    const { orderGaps } = JSON.parse(planned.stdout) as { readonly orderGaps: OrderGapResult };
    const [ext] = orderGaps.gaps;
    expect(orderGaps.gaps).toHaveLength(1);
    expect(ext?.parts[0]?.maxRelative).toBeGreaterThan(0.1);
    expect(orderGaps.directFold).toEqual({ orders: 3, maxDifference: 0 });
    const shown = (await undisturbed.run('plan', 'study.yaml')).stdout;
    expect(shown).toMatch(/Weight-space gaps of 3 orders[^]*ext[^]*3 of 3[^]*layer/);
    expect(shown).toMatch(/stored +order-gap/);

    const expected = resultsOf(await undisturbed.run('run', 'study.yaml', '--json'));
    const names = [
      'expert',
      'ext(truth⁻, tox⁻, retain)',
      'ext(tox⁻, truth⁻, retain)',
      'ext(retain, tox⁻, truth⁻)',
      'direct',
    ];
    expect(Object.keys(expected.steps)).toEqual(names);
    expect(expected.study?.gaps.map(({ maxRelative, distinctOrders }) => [maxRelative, distinctOrders])).toEqual([
      [ext?.parts[0]?.maxRelative, 3],
    ]);
    expect(expected.study?.directFold).toEqual(orderGaps.directFold);
    expect(expected.study?.omnibus.map(({ metric }) => metric)).toContain('truthfulqa-mc.mc1');
    expect(expected.study?.predictions.length).toBeGreaterThan(0);

    await beforeItsEnd(async () => {
      const disturbed = await newDesk();
      const runs = await killCommandAt(disturbed, 'study', [8, 15]); // of 36
      if (runs === undefined) {
        return 'too late';
      }
      const last = await disturbed.run('run', 'study.yaml', '--json');
      runs.add(runIdOf(last));
      expect(resultsOf(last)).toEqual(expected);
      expect(runs.size).toBe(1);
      return 'in time';
    });
  });
});
