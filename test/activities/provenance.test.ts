import { expect, it } from 'vitest';
import { finishRun } from '../../activities/finish-run.js';
import type { RunReport } from '../../core/report/types.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import { Bench, specText, STUDY } from './bench.js';

it('a report says how prompts began and on what each candidate was evaluated, whenever that was', async () => {
  const bench = await Bench.create();
  const plan = await bench.plan(specText(STUDY));
  bench.engine.threads = 2;
  await bench.runNode(plan, 'respond:expert:gsm');
  await bench.restart();
  bench.engine.threads = 4;
  await bench.runAll(plan);
  const ref = await jsonArtifact(bench.store, plan);
  const input = { name: 'test', plan: ref, reused: [], startedAt: '2026-01-01T00:00:00.000Z' };
  const { report: stored } = await finishRun(bench.context, input, 'run');
  const { provenance } = await readJsonArtifact<RunReport>(bench.store, stored);
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
