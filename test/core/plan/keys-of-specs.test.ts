/**
 * The keys that version 0.1.0 gave to everything in specs/, and to a recipe with what those lack. A store of 0.1.0 is hit as long as they hold:
 * where one must change, the changelog says why and this golden is recorded again.
 */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { planLocally } from '../../../app/plan-locally.js';
import { chainOfPlan } from '../../../core/lower/chain.js';
import { batchKey } from '../../../core/plan/batch-key.js';
import { createPointPlanner } from '../../../core/lower/plan-point.js';
import { searchDigest } from '../../../core/plan/sweep-digest.js';
import type { Plan, PlanOf } from '../../../core/plan/types.js';
import { gridPoint } from '../../../core/sweep/points.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import storedBefore from '../../golden/stored-by-0.1.0.json' with { type: 'json' };
import { temporaryFolder } from '../../support/temporary-folder.js';

const ROOT = packageRoot().folder;
const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'keys-0.1.0.json');
const UPDATE = 'UPDATE_GOLDEN=1 npx vitest run test/core/plan/keys-of-specs.test.ts';

/** Outputs that round, named references, sums, explicit coefficients, published scaling, refused modules, controls. */
const OTHERS = `version: 1
kind: recipe
name: others
base: demo/base
adapters: { expert: demo/adapters/expert, truth⁻: demo/adapters/truth-, tox⁻: demo/adapters/tox- }
semantics: reference
missing: error
steps:
  order-free: "[expert ⊖ Ext(truth⁻ | expert)] ⊖ Ext(tox⁻ | expert)"
  extrapolated: "1.5·expert ⊖ 0.5·truth⁻ ⊕ 0.25·[truth⁻ ⊕ tox⁻]"
  reused: "0.5·order-free ⊖ 0.1·Ext(tox⁻)"
evaluate:
  steps: [base, expert, order-free, reused]
  with:
    - truthfulqa-mc: { data: demo/data/truthfulqa/mc_task.json, style: harness, limit: 20 }
    - repetition: { data: demo/data/toxic_test.json, max_new_tokens: 8 }
    - gsm: { data: demo/data/gsm8k/test.jsonl, max_new_tokens: 8, chat_template: true }
    - perplexity: { data: demo/data/heldout.txt }
compare: { pairs: [[order-free, reused]] }
output: { order-free: { path: out/a, dtype: bfloat16 }, reused: { path: out/b, dtype: float16 }, extrapolated: out/c }
`;

it('are those of 0.1.0, for every spec of specs/ and every kind of node', async () => {
  const keys: Record<string, Readonly<Record<string, string>>> = {};
  const kinds = new Set<string>();
  for (const plan of await allPlans()) {
    plan.nodes.forEach(({ kind }) => kinds.add(kind));
    keys[plan.name] = { ...Object.fromEntries(plan.nodes.map(({ id, key }) => [id, key])), ...keysOfPoints(plan) };
  }
  expect([...kinds].sort()).toEqual(KINDS);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await writeFile(GOLDEN, `${JSON.stringify({ command: UPDATE, keys }, undefined, 2)}\n`);
  }
  const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as { readonly keys: unknown }; // our own file
  expect(keys).toEqual(golden.keys);
});

/** Kinds of node that a store of 0.1.0 does not have any more, and why is in the changelog. */
const COMPUTED_AGAIN = ['compare', 'order-effect', 'write'];

it('let a store of 0.1.0 compute nothing again but comparisons and outputs', async () => {
  const stored: ReadonlySet<string> = new Set(storedBefore.keys);
  const again = new Set<string>();
  for (const plan of await allPlans()) {
    plan.nodes.filter(({ key }) => !stored.has(key)).forEach(({ kind }) => again.add(kind));
  }
  expect([...again].sort()).toEqual(COMPUTED_AGAIN);
});

const KINDS = ['combine', 'compare', 'evaluate', 'gram', 'order-effect', 'order-gap', 'respond', 'round', 'write'];

async function allPlans(): Promise<readonly Plan[]> {
  const folder = await temporaryFolder();
  vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
  for (const part of ['demo', 'specs']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await writeFile(join(folder, 'others.yaml'), OTHERS);
  const store = await createArtifactStore(new LocalBlobStore(join(folder, 'store')));
  const files = (await readdir(join(ROOT, 'specs'))).filter((name) => name.endsWith('.yaml')).sort();
  const plans: Plan[] = [];
  for (const file of [...files.map((name) => join('specs', name)), 'others.yaml']) {
    const options = { device: 'cpu', log: () => undefined, outputRoot: folder } as const;
    plans.push(await planLocally(join(folder, file), { ...options, store: () => Promise.resolve(store) }));
  }
  vi.unstubAllEnvs();
  return plans;
}

/**
 * Keys of the first points of a sweep, with their nodes, and of a batch: with the halves of 0.1.0, as a sweep that is under way keeps them, and
 * of today's halves what differs.
 */
function keysOfPoints(plan: Plan): Readonly<Record<string, string>> {
  if (plan.specKind !== 'sweep') {
    return {};
  }
  const sweep = { ...plan.sweep };
  delete sweep.split;
  const old = keysOfSweep({ ...plan, sweep });
  const today = Object.entries(keysOfSweep(plan)).filter(([name, key]) => old[name] !== key);
  expect(today.map(([name]) => name)).toEqual(['batch', 'point of all', 'point of 10']);
  return { ...old, ...Object.fromEntries(today.map(([name, key]) => [`${name}, split 2`, key])) };
}

function keysOfSweep(plan: PlanOf<'sweep'>): Readonly<Record<string, string>> {
  const keys: Record<string, string> = { batch: batchKey({ search: searchDigest(plan, plan.sweep), batch: 3 }) };
  const plannerOf = createPointPlanner(plan, chainOfPlan(plan));
  for (const samples of [undefined, 10]) {
    const point = { ...gridPoint(plan.sweep.variables, 7), ...(samples === undefined ? {} : { samples }) };
    const { key, nodes } = plannerOf(point);
    const name = `point of ${String(samples ?? 'all')}`;
    keys[name] = key;
    nodes.forEach((node) => (keys[`${name}: ${node.id}`] = node.key));
  }
  return keys;
}
