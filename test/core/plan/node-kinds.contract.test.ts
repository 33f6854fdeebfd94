/** What every kind of node must do. A kind is tested by being in the table; the plans below must have a node of it. */
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { estimatePlan } from '../../../core/plan/estimate.js';
import { kindOf, NODE_KINDS, type PlanNode } from '../../../core/plan/node-kinds.js';
import type { Plan } from '../../../core/plan/types.js';
import { planOf, studyPlanOf } from '../../support/plan-input.js';

const COMMON = `version: 1
name: kinds
base: base
adapters: { expert: e, truth⁻: t, tox⁻: x }`;
const BENCHMARKS = `
    - truthfulqa-mc: { data: q.json, style: ext-sub }
    - toxicity: { data: d.json, classifier: c, max_new_tokens: 8 }`;

/** Between them, they have a node of every kind. */
const RECIPE = `${COMMON}
kind: recipe
steps:
  both: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)"
  half: "expert ⊖ 0.5·truth⁻"
  small: "expert ⊖ compress(truth⁻ ⊕ tox⁻, rank: 4)"
evaluate:
  steps: [base, both, half]
  with:${BENCHMARKS}
compare: { baseline: base }
output: { both: { path: out, dtype: float16 } }
`;
const STUDY = `${COMMON}
kind: order-study
expert: expert
remove: [truth⁻, tox⁻]
operators: [ext]
lambda: 1
evaluate:
  with:${BENCHMARKS}
`;
const SOURCES = ['base', 'e', 't', 'x', 'q.json', 'd.json', 'c'];

type Digests = Readonly<Record<string, string>>;
const PLANS: readonly ((digests?: Digests) => Plan)[] = [
  (digests = {}) => planOf(RECIPE, { digests }),
  (digests = {}) => studyPlanOf(STUDY, { digests }),
];

/** Nodes of a kind, each with the plan that it is of. */
function samplesOf(
  kind: string,
): { readonly node: PlanNode; readonly plan: Plan; readonly replan: (typeof PLANS)[0] }[] {
  return PLANS.flatMap((replan) => {
    const plan = replan();
    return plan.nodes.filter((node) => node.kind === kind).map((node) => ({ node, plan, replan }));
  });
}

const keysOf = (plan: Plan): ReadonlyMap<string, string> => new Map(plan.nodes.map(({ id, key }) => [id, key]));

describe.each(Object.entries(NODE_KINDS))('a node of kind %s', (name, kind) => {
  const samples = samplesOf(name);

  it('is in one of the plans of this test', () => {
    expect(samples.length, `add a step to a plan of this test that has a node of kind ${name}`).toBeGreaterThan(0);
  });

  it('has a title of one line, a queue, limits and a version', () => {
    for (const { node } of samples) {
      expect(kindOf(node)).toBe(kind);
      expect(kindOf(node).title(node)).toMatch(/^\S.*\S$/u);
      expect(['control', 'merge', 'evaluate']).toContain(kind.queue);
      expect(['light', 'merge', 'evaluate']).toContain(kind.limits);
      expect(Number.isInteger(kind.resultVersion) && kind.resultVersion >= 1).toBe(true);
    }
  });

  it('says how much it reads and writes', () => {
    for (const { node, plan } of samples) {
      const others = new Set(plan.nodes.filter((other) => other !== node).map(({ id }) => id as string));
      const { nodes, toDo, readBytes, writeBytes } = estimatePlan(plan, others);
      expect([nodes, toDo]).toEqual([plan.nodes.length, 1]);
      expect(readBytes % 1000).toBe(0); // made-up sources have 1000 bytes each
      expect(writeBytes > 0).toBe(kind.writes !== undefined);
    }
  });

  it('has the same key in every plan of the same sources', () => {
    for (const { node, replan } of samples) {
      expect(keysOf(replan()).get(node.id)).toBe(node.key);
    }
  });

  it('has another key when a source that it names changes, or a node that it depends on', () => {
    for (const { node, plan, replan } of samples) {
      const text = JSON.stringify({ ...node, key: '' });
      const gram = plan.nodes.find((other) => other.kind === 'gram')?.id;
      let changes = 0;
      for (const source of SOURCES) {
        const keys = keysOf(replan({ [source]: `another ${source}` }));
        const before = keysOf(plan);
        // Gram matrices are of all adapters of a plan; what is computed from them is keyed by its own ones
        const dependsOnIt = node.dependsOn.some((id) => id !== gram && keys.get(id) !== before.get(id));
        const isOther = keys.get(node.id) !== node.key;
        changes += isOther ? 1 : 0;
        if (dependsOnIt || text.includes(digestOf(source))) {
          expect(isOther, `${node.id} with another ${source}`).toBe(true);
        }
      }
      expect(changes, node.id).toBeGreaterThan(0);
    }
  });

  it('has another key when its version is raised', () => {
    const { resultVersion } = kind;
    try {
      Object.assign(kind, { resultVersion: resultVersion + 1 });
      for (const { node, replan } of samples) {
        expect(keysOf(replan()).get(node.id), node.id).not.toBe(node.key);
      }
    } finally {
      Object.assign(kind, { resultVersion });
    }
  });
});
