import { expect, it } from 'vitest';
import { Bench, specText, STUDY } from './bench.js';

it('a report says how prompts began and on what each candidate was evaluated, whenever that was', async () => {
  const bench = await Bench.create();
  const plan = await bench.plan(specText(STUDY));
  bench.engine.threads = 2;
  await bench.runNode(plan, 'respond:expert:gsm');
  await bench.restart();
  bench.engine.threads = 4;
  await bench.runAll(plan);
  const { provenance } = await bench.report(plan);
  expect(provenance.prompts).toHaveLength(1);
  expect(provenance.prompts?.[0]).toMatchObject({ labels: ['gsm'], prefixTokens: [], prefixText: '' });
  expect(provenance.prompts?.[0]?.firstPrompt.text).toMatch(/^<\|user\|>\n.+\n<\|assistant\|>\n$/);
  expect(provenance.halvedBatches).toBeUndefined();
  const on = (threads: string) => ({ device: 'cpu', onnxruntime: 'fake', threads, processor: 'abacus' });
  const of = (...steps: readonly string[]) => steps.map((step) => ({ step, label: 'gsm' }));
  expect(provenance.evaluatedOn).toEqual([
    { environment: on('2'), evaluations: of('expert') },
    { environment: on('4'), evaluations: of('one', 'two') },
  ]);
});
