/**
 * Keys and bytes of results, pinned. A result that changes under an unchanged key would be mixed with older ones in
 * every store; so whoever changes bytes on purpose raises a version, and whoever does it by mistake learns of it here.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, type Json } from '../../../core/digest.js';
import { prepare } from '../../../core/evaluation/prepare.js';
import { readRequests } from '../../../core/evaluation/requests.js';
import { requireBenchmark } from '../../../core/evaluation/registry.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { Bench, demo, specText } from '../../activities/bench.js';
import { planOf } from '../../support/plan-input.js';

const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'result-digests.json');
const UPDATE = 'UPDATE_GOLDEN=1 npx vitest run test/core/plan/golden-keys.test.ts';

/** Compares with the golden of that name, or writes it when asked to. */
async function expectGolden(name: string, actual: Readonly<Record<string, string>>, advice: string): Promise<void> {
  const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as Record<string, unknown>; // our own file
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await writeFile(GOLDEN, `${JSON.stringify({ ...golden, command: UPDATE, [name]: actual }, undefined, 2)}\n`);
    return;
  }
  expect(actual, `${advice} Then update the golden: ${UPDATE}`).toEqual(golden[name]);
}

const RECIPE = `version: 1
kind: recipe
name: golden
base: base
adapters: { expert: e, truth⁻: t, tox⁻: x }
steps:
  both: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)"
  direct: "2·expert ⊖ 0.4·truth⁻ ⊕ tox⁻"
  order-free: "expert ⊖ Ext(truth⁻ | expert)"
evaluate:
  steps: [base, both]
  with:
    - truthfulqa-mc: { data: q.json, style: ext-sub }
    - toxicity: { data: d.json, classifier: c, max_new_tokens: 8 }
    - repetition: { data: d.json, max_new_tokens: 8 }
    - gsm: { data: g.jsonl, max_new_tokens: 8 }
    - perplexity: { data: h.txt }
compare: { baseline: both }
output: { both: { path: out, dtype: float16 } }
`;

/** Every kind of node that computes, over the demo's adapters; the model's part is a fake's, which follows a rule. */
const STUDY = `steps:
  both: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)"
  swapped: "[expert ⊖ 0.5·Ext(tox⁻)] ⊖ Ext(truth⁻)"
  direct: "2·expert ⊖ 0.4·truth⁻ ⊕ tox⁻"
evaluate:
  steps: [expert, both, direct]
  with:
    - truthfulqa-mc: { data: "${demo('data/truthfulqa/mc_task.json')}", style: ext-sub, limit: 20 }
    - toxicity: { data: "${demo('data/toxic_test.json')}", classifier: "${demo('toxicity')}", max_new_tokens: 4, limit: 20 }
    - repetition: { data: "${demo('data/toxic_test.json')}", max_new_tokens: 4, limit: 20 }
    - gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 20 }
    - perplexity: { data: "${demo('data/heldout.txt')}" }
compare: { baseline: expert, draws: 200 }
output:
  both: out/both
  swapped: { path: out/swapped, dtype: float16 }
  direct: { path: out/direct, dtype: bfloat16 }`;

/** The statistics and gaps of an order study: four metrics over the six orders of three anti-experts, by both operators that have an order. */
const ORDERS = `version: 1
kind: order-study
name: golden-orders
base: "${demo('base')}"
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}", tox⁻: "${demo('adapters/tox-')}", retain: "${demo('adapters/retain')}" }
expert: expert
remove: [truth⁻, tox⁻, retain]
operators: [ext, extrapolate]
lambda: { truth⁻: 0.5, tox⁻: 1.2 }
evaluate:
  with:
    - truthfulqa-mc: { data: "${demo('data/truthfulqa/mc_task.json')}", style: ext-sub, limit: 20 }
    - perplexity: { data: "${demo('data/heldout.txt')}" }
compare: { draws: 200 }
`;

const CHANGED_BYTES =
  'The same inputs give other bytes: raise the version of what changed (its kind in core/plan/nodes, or ' +
  'resultVersion of the benchmark or the reader), unless it never was in a release.';

describe('golden', () => {
  it('keys are what they were', async () => {
    const plan = planOf(RECIPE);
    await expectGolden(
      'keys',
      { plan: plan.digest, ...Object.fromEntries(plan.nodes.map(({ id, key }) => [id, key])) },
      'Other keys: nothing in any store is found again. If that is meant, say so in the changelog.',
    );
  });

  it('results are byte for byte what they were', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    await bench.runAll(plan);
    const digests: Record<string, string> = {};
    // what a write stores are measurements of the writing; its result is the files below
    for (const node of plan.nodes.filter(({ kind }) => kind !== 'write')) {
      for (const [role, digest] of Object.entries(await bench.artifacts(node))) {
        digests[`${node.id} ${role}`] = digest;
      }
    }
    for (const step of ['both', 'swapped', 'direct']) {
      const folder = join(bench.folder, 'out', step);
      // README.md and ominus.json carry this program's version
      for (const name of (await readdir(folder)).filter((file) => file.startsWith('adapter_')).sort()) {
        digests[`${step}/${name}`] = digestOf(await readFile(join(folder, name)));
      }
    }
    await expectGolden('results', digests, CHANGED_BYTES);
  });

  it('gaps and effects of orders are byte for byte what they were', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(ORDERS);
    await bench.runAll(plan);
    const digests: Record<string, string> = {};
    for (const node of plan.nodes.filter(({ kind }) => kind.startsWith('order-'))) {
      for (const [role, digest] of Object.entries(await bench.artifacts(node))) {
        digests[`${node.id} ${role}`] = digest;
      }
    }
    expect(Object.keys(digests)).toEqual(['order-gap gaps', 'order-gap summary', 'order-effect effects']);
    await expectGolden('orders', digests, CHANGED_BYTES);
  });

  it('requests and batches of the demo data are what they were', async () => {
    const tokenizer = await openTokenizer(demo('base'));
    const digests: Record<string, string> = {};
    const ask: readonly (readonly [string, Record<string, Json> & { readonly data: string }])[] = [
      ['truthfulqa-mc', { data: 'truthfulqa/mc_task.json', style: 'ext-sub' }],
      ['truthfulqa-mc', { data: 'truthfulqa/mc_task.json', style: 'harness' }],
      ['toxicity', { data: 'toxic_test.json', classifier: 'c', max_new_tokens: 48 }],
      ['gsm', { data: 'gsm8k/test.jsonl', max_new_tokens: 64 }],
      ['gsm', { data: 'gsm8k/test.jsonl', max_new_tokens: 64, chat_template: true }],
      ['perplexity', { data: 'heldout.txt' }],
    ];
    for (const [benchmark, parameters] of ask) {
      const task = requireBenchmark(benchmark).task(parameters);
      const path = parameters.data;
      const requests = readRequests(task, { data: { text: await readFile(demo(`data/${path}`), 'utf8'), name: path } });
      const prepared = await prepare({ task, requests, tokenizer, contextLength: 256 });
      const name = `${benchmark} ${JSON.stringify(parameters)}`;
      digests[`${name} requests`] = digestOf(JSON.stringify(requests));
      digests[`${name} batches`] = digestOf(JSON.stringify(prepared.batches));
      digests[`${name} tokens`] = digestOf(JSON.stringify(prepared.requests));
    }
    await expectGolden('requests', digests, CHANGED_BYTES);
  });
});
