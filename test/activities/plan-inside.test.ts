/** Planning from inside an activity: with the activity's own context, nothing of a command. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { measureOrders } from '../../activities/measure-orders.js';
import { preparePlan } from '../../app/plan-a-spec/prepare-plan.js';
import type { Plan } from '../../core/plan/types.js';
import { Bench, demo, specText, STUDY } from './bench.js';

const ORDERS = `version: 1
kind: order-study
name: orders
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}", tox⁻: "${demo('adapters/tox-')}" }
expert: expert
remove: [truth⁻, tox⁻]
operators: [ext, direct]
match: [distance]
lambda: 1
`;

async function planInside({ context, folder }: Bench, text: string): Promise<Plan> {
  const file = join(folder, 'inside.yaml');
  await writeFile(file, text);
  const run = { context, signal: new AbortController().signal, onProgress: () => undefined };
  return preparePlan(file, {
    device: context.device,
    log: () => undefined,
    outputRoot: folder,
    measureOrders: (plan, node) => measureOrders(run, plan, node),
    keptDay: () => Promise.resolve(undefined),
  });
}

it('an activity plans a recipe as a command does', async () => {
  const bench = await Bench.create();
  expect(await planInside(bench, specText(STUDY))).toEqual(await bench.plan(specText(STUDY)));
});

it('an activity plans an order study: it measures the gaps over its own store, and a command finds them there', async () => {
  const bench = await Bench.create();
  const plan = await planInside(bench, ORDERS);
  const stored = await Promise.all(plan.nodes.map(async ({ key }) => (await bench.store.getNode(key))?.kind));
  expect(stored.filter((kind) => kind !== undefined)).toEqual(['gram', 'order-gap']);
  expect(plan.steps.map(({ name }) => name)).toContain('direct/distance');
  expect(await bench.plan(ORDERS)).toEqual(plan);
});
