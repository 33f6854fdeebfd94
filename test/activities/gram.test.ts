import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../activities/node-result.js';
import { digestOf } from '../../core/digest.js';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import { Bench, specText } from './bench.js';

const GRAM = 'gram' as NodeId;
const MERGE = 'steps: { one: "expert ⊖ Ext(truth⁻)" }\noutput: { one: out/one }';

/** The plan as it would be for a device of the key's backend. */
function onCuda(plan: Plan): Plan {
  const change = (node: PlanNode): PlanNode =>
    node.kind === 'gram' ? { ...node, backend: 'cuda, onnxruntime-node 0', key: digestOf('gram on cuda') } : node;
  return { ...plan, nodes: plan.nodes.map(change) };
}

describe('gram', () => {
  it('is computed by plain TypeScript, without the engine, unless its key says cuda', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    await bench.runNode(plan, GRAM);
    expect(bench.engine.grams).toBe(0);
    const seen: number[] = [];
    const cuda = onCuda(plan);
    expect(await bench.runNode(cuda, GRAM, { onProgress: (done) => seen.push(done) })).toEqual({ reused: false });
    expect(bench.engine.grams).toBe(1);
    expect(seen.length).toBeGreaterThan(0);
    // the fake's engine computes plainly too, so what the device is given and what is stored can be held against the other
    expect(await bench.artifacts(nodeOf(cuda, GRAM))).toEqual(await bench.artifacts(nodeOf(plan, GRAM)));
  });
});
