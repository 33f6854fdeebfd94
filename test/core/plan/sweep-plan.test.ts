import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { buildChosenPlan, choosePlanSteps } from '../../../core/lower/chosen-points.js';
import { chainOfPlan } from '../../../core/lower/chain.js';
import { createPointPlanner, type PlannedPoint, type PointPlanner } from '../../../core/lower/plan-point.js';
import type { PlanNode } from '../../../core/plan/node-kinds.js';
import type { Plan, PlanOf } from '../../../core/plan/types.js';
import type { FinishedPoint, SweepPoint } from '../../../core/sweep/types.js';
import { planOf, sweepPlanOf } from '../../support/plan-input.js';
import { decimal } from '../sweep/fixtures.js';

const WITH = `
    - truthfulqa-mc: { data: q.json, style: ext-sub, limit: 50 }
    - toxicity: { data: d.json, classifier: c, max_new_tokens: 8 }
    - repetition: { data: d.json, max_new_tokens: 8 }
    - perplexity: { data: h.txt }`;
const COMMON = `version: 1
name: test
base: base
adapters: { expert: e, truth⁻: t, tox⁻: x }`;

/** What follows `chain` may be replaced. */
function sweepText(more: Readonly<Record<string, string>> = {}): string {
  const keys = {
    chain: '"[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)"',
    over: '{ a: [0.4, 0.8], b: [1, 2] }',
    evaluate: `\n  with:${WITH}`,
    ...more,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `${COMMON}\nkind: sweep\n${lines.join('\n')}\n`;
}

function recipeText(expression: string, more = '', benchmarks = WITH): string {
  return `${COMMON}\nkind: recipe\n${more}\nsteps: { it: "${expression}" }\nevaluate:\n  steps: [it]\n  with:${benchmarks}\n`;
}

const point = (values: readonly (string | number)[], rest: Partial<SweepPoint> = {}): SweepPoint => ({
  index: 0,
  values: values.map(decimal),
  ...rest,
});

const plannerOf = (plan: PlanOf<'sweep'>): PointPlanner => createPointPlanner(plan, chainOfPlan(plan));
const planPoint = (text: string, at: SweepPoint): PlannedPoint => plannerOf(sweepPlanOf(text))(at);

/** Keys of a kind of node, in order. */
const keysOf = (nodes: readonly PlanNode[], kind: PlanNode['kind']): string[] =>
  nodes.flatMap((node) => (node.kind === kind ? [node.key] : []));

function expectSameKeys(planned: PlannedPoint, recipe: Plan): void {
  for (const kind of ['combine', 'respond', 'evaluate'] as const) {
    expect(keysOf(planned.nodes, kind), kind).toEqual(keysOf(recipe.nodes, kind));
  }
}

describe('createPointPlanner', () => {
  it('gives every point, whenever it is planned, the day of the prompts of its sweep', () => {
    const text = sweepText().replace('repetition: { ', 'repetition: { chat_template: true, ');
    const undated = sweepPlanOf(text);
    const plan = { ...undated, prompt: { day: '2026-12-01' } };
    const [first, second] = [plannerOf(plan)(point([1, 1])), plannerOf(plan)(point([1, 2]))];
    for (const { nodes } of [first, second]) {
      const days = nodes.flatMap((node) => (node.kind === 'respond' ? [node.promptDay] : []));
      expect(days).toContain('2026-12-01');
    }
    expect(first.key).not.toBe(plannerOf(undated)(point([1, 1])).key);
  });

  it('gives a point the keys of a recipe with its expression', () => {
    const lambda = fc.double({ min: 0, max: 3, noNaN: true }).map((value) => String(Number(value.toFixed(3))));
    const chains = [
      '[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)',
      'a·expert ⊖ b·truth⁻ ⊖ tox⁻',
      'expert ⊖ a·Ext(truth⁻ | expert) ⊖ b·Ext(tox⁻ | expert)',
      'base ⊕ a·[truth⁻ ⊕ b·tox⁻]',
    ];
    const rules = [
      {},
      { semantics: 'reference' },
      { missing: 'error' },
      { lambda: '0.7' },
      { lambda: '{ tox-: 0.3 }' },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...chains), fc.constantFrom(...rules), lambda, lambda, (chain, rule, a, b) => {
        const planned = planPoint(sweepText({ ...rule, chain: `"${chain}"` }), point([a, b]));
        const written = chain.replace('a·', `${a}·`).replace('b·', `${b}·`);
        const more = Object.entries(rule).map(([key, value]) => `${key}: ${value}`);
        expectSameKeys(planned, planOf(recipeText(written, more.join('\n'))));
      }),
      { numRuns: 60 },
    );
  });

  it('plans a chain that is an adapter, or the base model, as what it is', () => {
    const scaled = sweepText({ chain: '"a·expert"', over: '{ a: [1, 2] }' });
    expect(planPoint(scaled, point([1])).candidate.kind).toBe('adapter');
    expectSameKeys(planPoint(scaled, point([1])), planOf(recipeText('expert')));
    expectSameKeys(planPoint(scaled, point([2])), planOf(recipeText('2·expert')));
  });

  it('takes fewer examples where a point asks for them, as a recipe with that limit does', () => {
    const smaller = (limit: number): string =>
      WITH.replace('limit: 50', `limit: ${Math.min(50, limit)}`)
        .replaceAll('max_new_tokens: 8', `max_new_tokens: 8, limit: ${limit}`)
        .replace('h.txt }', `h.txt, limit: ${limit} }`);
    for (const samples of [10, 60]) {
      const planned = planPoint(sweepText(), point([0.4, 1], { samples }));
      const text = recipeText('[expert ⊖ 0.4·Ext(truth⁻)] ⊖ 1·Ext(tox⁻)', '', smaller(samples));
      expectSameKeys(planned, planOf(text));
    }
  });

  it('keys a result by what determines it, whatever the variables and the point are called', () => {
    const key = (more: Readonly<Record<string, string>>, values: readonly number[], index = 0): string =>
      planPoint(sweepText(more), point(values, { index })).key;
    const one = key({}, [0.4, 1]);
    expect(key({}, [0.4, 1], 7)).toBe(one);
    const renamed = {
      chain: '"[expert ⊖ u·Ext(truth⁻)] ⊖ v·Ext(tox⁻)"',
      over: '{ v: [1, 2], u: { from: 0.4, to: 2, step: 0.4 } }',
    };
    expect(key(renamed, [1, 0.4])).toBe(one);
    expect(key({}, [0.8, 1])).not.toBe(one);
    expect(key({ compare: '{ seed: 5 }' }, [0.4, 1])).not.toBe(one);
    expect(key({ compare: '{ baseline: base }' }, [0.4, 1])).not.toBe(one);
    expect(key({ evaluate: `\n  with:${WITH.replace('limit: 50', 'limit: 51')}` }, [0.4, 1])).not.toBe(one);
  });
});

describe('the plan of a sweep', () => {
  it('has nodes for what points are held against, none for points', () => {
    const plan = sweepPlanOf(sweepText());
    expect(plan.steps.map(({ name, kind }) => [name, kind])).toEqual([
      ['base', 'base'],
      ['expert', 'adapter'],
    ]);
    expect(new Set(plan.nodes.map(({ kind }) => kind))).toEqual(new Set(['gram', 'respond', 'evaluate']));
    const [gram] = plan.nodes;
    expect(gram?.kind === 'gram' ? new Set(gram.adapters) : undefined).toEqual(
      new Set(['e', 't', 'x'].map((path) => digestOf(path))),
    );
  });

  it('has a digest of all that its points follow from, and of no path', () => {
    const changes: readonly Readonly<Record<string, string>>[] = [
      { over: '{ a: [0.4, 0.9], b: [1, 2] }' },
      { search: '{ method: random, points: 4 }' },
      { search: '{ method: random, points: 4, seed: 1 }' },
      { objective: '{ maximize: truthfulqa-mc.mc2 }' },
      { chain: '"[expert ⊖ b·Ext(truth⁻)] ⊖ a·Ext(tox⁻)"' },
      { lambda: '0.5' },
      { missing: 'error' },
      { compare: '{ seed: 3 }' },
      { output: '{ keep: all, path: out }' },
      { evaluate: `\n  with:${WITH.replace('limit: 50', 'limit: 51')}` },
    ];
    const digests = [{}, ...changes].map((more) => sweepPlanOf(sweepText(more)).digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(sweepPlanOf(sweepText(), { digests: { 'h.txt': 'other text' } }).digest).not.toBe(digests[0]);
    expect(sweepPlanOf(sweepText(), { device: 'cuda' }).digest).not.toBe(digests[0]);
    const moved = sweepText({ evaluate: `\n  with:${WITH.replace('h.txt', 'elsewhere.txt')}` });
    expect(sweepPlanOf(moved, { digests: { 'elsewhere.txt': 'h.txt' } }).digest).toBe(digests[0]);
  });
});

describe('buildChosenPlan', () => {
  const finished = (values: readonly (readonly number[])[]): FinishedPoint[] =>
    values.map((at, index) => ({
      ...point(at, { index }),
      result: {
        values: at.map(decimal),
        expression: '',
        norm: 1,
        distanceFromBaseline: 0,
        metrics: {
          'truthfulqa-mc.mc2': {
            all: { value: index, stderr: null, n: 1 },
            choose: { value: index, stderr: null, n: 1 },
            report: { value: index, stderr: null, n: 1 },
          },
        },
        evaluations: {},
      },
    }));
  const report = { digest: digestOf('report'), sizeBytes: 1 };
  const chosen = (
    keep: string,
    text: string,
    pareto: readonly number[],
    recommended: number | null,
  ): PlanOf<'sweep'> => {
    const plan = sweepPlanOf(text.replace('KEEP', keep));
    const points = finished(Array.from({ length: 40 }, (_, i) => [i / 100, 1]));
    const search = { plan, chain: chainOfPlan(plan), finished: points, report };
    return buildChosenPlan(search, choosePlanSteps(plan, points, { pareto, recommended }));
  };
  const KEPT = sweepText({
    over: '{ a: { from: 0, to: 1 }, b: [1, 2] }',
    search: '{ method: random, points: 40 }',
    objective: '{ maximize: truthfulqa-mc.mc2 }',
    output: '{ keep: KEEP, path: out }',
  });
  const written = (plan: Plan): string[] => plan.nodes.flatMap((node) => (node.kind === 'write' ? [node.path] : []));

  it('has the chosen points as steps, compared with the baseline on the half that is reported', () => {
    const plan = chosen('best', KEPT, [1, 3, 5], 3);
    expect(plan.steps.map(({ name }) => name)).toEqual(['base', 'expert', 'best', 'point 1', 'point 5']);
    const compare = plan.nodes.find((node) => node.kind === 'compare');
    expect(compare?.half).toEqual({ seed: plan.sweep.splitSeed, split: 2 });
    expect(compare?.pairs.map(({ first, second }) => [first, second])).toEqual([
      ['expert', 'best'],
      ['expert', 'point 1'],
      ['expert', 'point 5'],
    ]);
    expect(plan.sweepReport).toEqual(report);
  });

  it('asks for nothing that the search has not evaluated', () => {
    const sweep = sweepPlanOf(KEPT.replace('KEEP', 'all'));
    const plan = chosen('all', KEPT, [1, 3, 5], 3);
    const planner = plannerOf(sweep);
    const stored = new Set([
      ...sweep.nodes.map(({ key }) => key),
      ...finished(Array.from({ length: 40 }, (_, i) => [i / 100, 1])).flatMap((at) =>
        planner(at).nodes.map(({ key }) => key),
      ),
    ]);
    const others = plan.nodes.filter(({ key }) => !stored.has(key)).map(({ kind }) => kind);
    expect(new Set(others)).toEqual(new Set(['compare', 'write']));
  });

  it('writes what is to be kept, a folder per point', () => {
    expect(written(chosen('best', KEPT, [1, 3, 5], 3))).toEqual(['/out/out/best']);
    expect(written(chosen('best', KEPT, [1, 3], null))).toEqual([]);
    expect(written(chosen('pareto', KEPT, [1, 3, 5], 3))).toEqual(
      ['best', 'point-1', 'point-5'].map((name) => `/out/out/${name}`),
    );
    const all = chosen('all', KEPT, [1, 3, 5], 3);
    expect(new Set(written(all)).size).toBe(40);
    expect(all.steps).toHaveLength(5);
  });

  it('shows a dozen points of a long front, both ends among them, and writes all of it', () => {
    const front = Array.from({ length: 39 }, (_, i) => i + 1);
    const plan = chosen('pareto', KEPT, front, 39);
    const names = plan.steps.map(({ name }) => name).slice(2);
    expect(names).toHaveLength(13);
    expect(names).toEqual(expect.arrayContaining(['best', 'point 1', 'point 38']));
    expect(written(plan)).toHaveLength(39);
  });

  it('gives the best point another name where an adapter is called best', () => {
    const plan = chosen('best', KEPT.replaceAll('tox⁻', 'best'), [3], 3);
    expect(plan.steps.map(({ name }) => name)).toContain('best point');
    expect(written(plan)).toEqual(['/out/out/best']);
  });

  it('belongs to the plan of its sweep', () => {
    expect(chosen('best', KEPT, [1], 1).digest).toBe(sweepPlanOf(KEPT.replace('KEEP', 'best')).digest);
  });
});
