import { describe, expect, it } from 'vitest';
import { describeChanges } from '../../../core/plan/diff-plans.js';
import { estimatePlan } from '../../../core/plan/estimate.js';
import type { PlanNode } from '../../../core/plan/node-kinds.js';
import type { Plan } from '../../../core/plan/types.js';
import { planOf } from '../../support/plan-input.js';

const RECIPE = `version: 1
kind: recipe
name: study
base: base
adapters: { expert: e, truth⁻: t, tox⁻: x }
steps:
  truthful: "expert ⊖ Ext(truth⁻)"
  both: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)"
evaluate:
  with:
    - toxicity: { data: d.json, classifier: c, max_new_tokens: 8 }
    - repetition: { data: d.json, max_new_tokens: 8 }
    - perplexity: { data: h.txt }
output: { both: out }
`;

const ofKind = <K extends PlanNode['kind']>(plan: Plan, kind: K): Extract<PlanNode, { kind: K }>[] =>
  plan.nodes.filter((node): node is Extract<PlanNode, { kind: K }> => node.kind === kind);

const keys = (plan: Plan): Map<string, string> => new Map(plan.nodes.map((node) => [node.id, node.key]));

describe('buildPlan', () => {
  it('makes one node of equal sub-expressions, and one set of answers for benchmarks that need the same', () => {
    const plan = planOf(RECIPE);
    expect(ofKind(plan, 'combine').map(({ id }) => id)).toEqual([
      'combine:expert ⊖ 1·Ext(truth⁻)',
      'combine:expert ⊖ 1·Ext(truth⁻) ⊖ 0.5·Ext(tox⁻)',
    ]);
    // base, expert and two steps: answers once for toxicity and repetition, token losses once
    expect(ofKind(plan, 'respond')).toHaveLength(8);
    expect(ofKind(plan, 'evaluate')).toHaveLength(12);
  });

  it('lists every node after what it depends on', () => {
    const seen = new Set<string>();
    for (const node of planOf(RECIPE).nodes) {
      expect(node.dependsOn.filter((id) => !seen.has(id))).toEqual([]);
      seen.add(node.id);
    }
  });

  it('gives the same keys and digest whatever the order of keys, comments, names of files or spelling of numbers', () => {
    const other =
      RECIPE.replace('0.5·Ext(tox⁻)', '5e-1 * Ext( tox- )').replace('kind: recipe\n', '') + 'kind: recipe # x\n';
    expect(planOf(other).digest).toBe(planOf(RECIPE).digest);
    const moved = planOf(RECIPE.replace('{ expert: e,', '{ expert: elsewhere/e,'), { digests: { 'elsewhere/e': 'e' } });
    expect(moved.digest).toBe(planOf(RECIPE).digest);
  });

  it('changes exactly the keys downstream of an edited lambda', () => {
    const before = keys(planOf(RECIPE));
    const after = keys(planOf(RECIPE.replace('0.5·Ext', '0.75·Ext')));
    const kept = [...before].filter(([id, key]) => after.get(id) === key).map(([id]) => id);
    const renamed = [...after.keys()].filter((id) => !before.has(id));
    expect(renamed).toEqual(['combine:expert ⊖ 1·Ext(truth⁻) ⊖ 0.75·Ext(tox⁻)']);
    expect(kept.filter((id) => id.includes('both'))).toEqual([]);
    expect(kept).toContain('gram');
    expect(kept.filter((id) => /^(respond|evaluate):(base|expert|truthful):/.test(id))).toHaveLength(6 + 9);
    expect(before.get('compare')).not.toBe(after.get('compare'));
  });

  it('never gives two adapters, devices, models or data files one key', () => {
    const plans = [
      planOf(RECIPE),
      planOf(RECIPE, { digests: { e: 'retrained' } }),
      planOf(RECIPE, { digests: { 'd.json': 'edited' } }),
      planOf(RECIPE, { digests: { base: 'other model' } }),
      planOf(RECIPE, { device: 'cuda' }),
    ];
    const answers = plans.map((plan) => ofKind(plan, 'respond').find(({ id }) => id.includes(':both:'))?.key);
    expect(new Set(answers).size).toBe(plans.length);
    const baseAnswers = plans.map((plan) => ofKind(plan, 'respond').find(({ id }) => id.includes(':base:'))?.key);
    // the base model's own answers do not depend on an adapter
    expect(baseAnswers[1]).toBe(baseAnswers[0]);
    expect(new Set(baseAnswers).size).toBe(plans.length - 1);
  });

  it('keys Gram matrices and what follows from them by their backend: one for cpu and webgpu, another for cuda', () => {
    const plans = (['cpu', 'webgpu', 'cuda'] as const).map((device) => planOf(RECIPE, { device }));
    expect(plans.map((plan) => ofKind(plan, 'gram').map(({ backend }) => backend))).toEqual([
      ['typescript'],
      ['typescript'],
      ['cuda, test'],
    ]);
    for (const kind of ['gram', 'combine', 'write'] as const) {
      const [cpu, webgpu, cuda] = plans.map((plan) => ofKind(plan, kind).map(({ key }) => key));
      expect(webgpu).toEqual(cpu);
      expect(cuda?.filter((key) => cpu?.includes(key))).toEqual([]);
    }
  });

  it('compares every candidate with the baseline, then the pairs asked for', () => {
    const plan = planOf(`${RECIPE}compare: { pairs: [[truthful, both]] }\n`);
    expect(ofKind(plan, 'compare')[0]?.pairs.map(({ first, second }) => [first, second])).toEqual([
      ['expert', 'base'],
      ['expert', 'truthful'],
      ['expert', 'both'],
      ['truthful', 'both'],
    ]);
  });

  it.each(['float16', 'bfloat16'])(
    'evaluates a step as it is written in %s, right after the step, against the step alone',
    (dtype) => {
      const exact = planOf(RECIPE.replace('both: out', 'truthful: out'));
      const plan = planOf(RECIPE.replace('both: out', `truthful: { path: out, dtype: ${dtype} }`));
      const name = `truthful (${dtype})`;
      expect(plan.steps.map((step) => [step.name, step.kind])).toEqual([
        ['base', 'base'],
        ['expert', 'adapter'],
        ['truthful', 'step'],
        [name, 'written'],
        ['both', 'step'],
      ]);
      const [before, after] = [keys(exact), keys(plan)];
      const added = ['respond', 'evaluate'].flatMap((kind) =>
        [...after.keys()].filter((id) => id.startsWith(`${kind}:${name}:`)),
      );
      expect(added).toHaveLength(2 + 3);
      expect([...after.keys()].filter((id) => !before.has(id)).sort()).toEqual([...added, 'round:truthful'].sort());
      // whatever was evaluated before has the key that it had
      expect([...before].filter(([id, key]) => after.get(id) !== key).map(([id]) => id)).toEqual([
        'compare',
        'write:truthful',
      ]);
      expect(new Set(after.values()).size).toBe(after.size);
      const [pairsBefore = [], pairsAfter = []] = [exact, plan].map((one) => ofKind(one, 'compare')[0]?.pairs);
      expect(pairsAfter.slice(0, -1)).toEqual(pairsBefore);
      expect(pairsAfter.at(-1)).toMatchObject({ first: 'truthful', second: name });
      expect(pairsAfter.at(-1)?.evaluations.map(({ label }) => label)).toEqual([
        'toxicity',
        'repetition',
        'perplexity',
      ]);
    },
  );

  it('keys a step as it is written by its element type, and one result in one element type once', () => {
    const written = (dtype: string): Plan =>
      planOf(
        RECIPE.replace('  both:', '  again: "expert ⊖ 1.0·Ext(truth-)"\n  both:').replace(
          'both: out',
          `truthful: { path: a, dtype: ${dtype} }, again: { path: b, dtype: ${dtype} }`,
        ),
      );
    const plans = [written('float16'), written('bfloat16')];
    const answers = plans.map((plan) =>
      ofKind(plan, 'respond').filter(({ candidate }) => candidate.kind === 'written'),
    );
    expect(answers.map((nodes) => nodes.length)).toEqual([2, 2]);
    expect(answers.map(([first]) => first?.key)).toHaveLength(new Set(answers.map(([first]) => first?.key)).size);
    expect(plans.map((plan) => ofKind(plan, 'round').length)).toEqual([1, 1]);
    const [plan] = plans;
    const evaluations = plan?.steps.filter(({ kind }) => kind === 'written').map((step) => step.evaluations);
    expect(evaluations).toHaveLength(2);
    expect(evaluations?.[0]).toEqual(evaluations?.[1]);
  });

  it('evaluates nothing as it is written where nothing is rounded, or the step is not evaluated', () => {
    const texts = [
      RECIPE.replace('both: out', 'both: { path: out, dtype: float32 }'),
      RECIPE.replace('evaluate:\n', 'evaluate:\n  steps: [expert, truthful]\n').replace(
        'both: out',
        'both: { path: out, dtype: float16 }',
      ),
      'version: 1\nkind: recipe\nname: m\nadapters: { a: a, b: b }\nchain: "a ⊖ 0.5·b"\noutput: { chain: { path: out, dtype: float16 } }\n',
    ];
    for (const plan of texts.map((text) => planOf(text))) {
      expect(plan.steps.filter(({ kind }) => kind === 'written')).toEqual([]);
      expect(ofKind(plan, 'round')).toEqual([]);
      expect(ofKind(plan, 'write')).toHaveLength(1);
    }
  });

  it('plans merges alone when nothing is evaluated', () => {
    const text =
      'version: 1\nkind: recipe\nname: m\nadapters: { a: a, b: b }\nchain: "a ⊖ 0.5·b"\noutput: { chain: out }\n';
    expect(planOf(text).nodes.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['gram', 'combine', 'write']));
    expect(ofKind(planOf(text), 'respond')).toEqual([]);
  });
});

describe('describeChanges', () => {
  it('names what changed, and nothing when nothing did', () => {
    const before = planOf(RECIPE);
    expect(describeChanges(before, planOf(RECIPE))).toEqual([]);
    const changes = describeChanges(before, planOf(RECIPE.replace('0.5·Ext', '0.75·Ext'), { digests: { e: 'new' } }));
    expect(changes.join('\n')).toContain('adapter expert');
    expect(changes.join('\n')).toContain('0.5·Ext(tox⁻) → expert ⊖ 1·Ext(truth⁻) ⊖ 0.75·Ext(tox⁻)');
  });
});

describe('estimatePlan', () => {
  it('counts each source once, and nothing when everything is stored', () => {
    const plan = planOf(RECIPE);
    // base model, three adapters, two data files, one classifier, 1000 bytes each; the output has three leaves
    expect(estimatePlan(plan, new Set())).toEqual({
      nodes: plan.nodes.length,
      toDo: plan.nodes.length,
      readBytes: 7000,
      writeBytes: 3000,
    });
    expect(estimatePlan(plan, new Set(plan.nodes.map(({ id }) => id)))).toMatchObject({
      toDo: 0,
      readBytes: 0,
      writeBytes: 0,
    });
  });
});
