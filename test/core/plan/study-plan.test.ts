import { describe, expect, it } from 'vitest';
import { describeChanges } from '../../../core/plan/diff-plans.js';
import type { PlanNode } from '../../../core/plan/node-kinds.js';
import type { ComparePair } from '../../../core/plan/nodes/compare.js';
import type { Plan, PlanOf } from '../../../core/plan/types.js';
import type { StudyArm } from '../../../core/study/types.js';
import { planOf, studyPlanOf } from '../../support/plan-input.js';

const COMMON = `version: 1
name: test
base: base
adapters: { expert: e, truth⁻: t, tox⁻: x, other: o }`;
const WITH = `
evaluate:
  with:
    - truthfulqa-mc: { data: q.json, style: ext-sub }
    - gsm: { data: g.jsonl, max_new_tokens: 8 }`;

function studyText(more: Readonly<Record<string, string>> = {}, rest = WITH): string {
  const keys = {
    expert: 'expert',
    remove: '[truth⁻, tox⁻]',
    operators: '[ext, direct, extrapolate]',
    lambda: '[0.4, 1]',
    ...more,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `${COMMON}\nkind: order-study\n${lines.join('\n')}${rest}\n`;
}

type NodeOf<K extends PlanNode['kind']> = Extract<PlanNode, { readonly kind: K }>;

function nodeOf<K extends PlanNode['kind']>(plan: Plan, kind: K): NodeOf<K> {
  const node = plan.nodes.find((candidate): candidate is NodeOf<K> => candidate.kind === kind);
  if (node === undefined) {
    throw new Error(`no ${kind} in the plan`);
  }
  return node;
}

const pairsOf = (plan: Plan): readonly string[] =>
  nodeOf(plan, 'compare').pairs.map(({ first, second }: ComparePair) => `${first} | ${second}`);

describe('buildStudyPlan', () => {
  const plan = studyPlanOf(studyText({ lambda: '1' }));

  it('has the arms as steps, evaluated like those of a recipe under the same keys', () => {
    expect(plan.specKind).toBe('order-study');
    expect(plan.steps.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'base base',
      'adapter expert',
      'step ext(truth⁻, tox⁻)',
      'step ext(tox⁻, truth⁻)',
      'step direct',
      'step extrapolate(truth⁻, tox⁻)',
      'step extrapolate(tox⁻, truth⁻)',
    ]);
    const recipe = planOf(`${COMMON}
kind: recipe
steps: { both: "[expert ⊖ Ext(truth⁻)] ⊖ Ext(tox⁻)" }
evaluate:
  steps: [both]
  with:
    - truthfulqa-mc: { data: q.json, style: ext-sub }
    - gsm: { data: g.jsonl, max_new_tokens: 8 }
`);
    const keys = new Set(plan.nodes.map(({ key }) => key));
    for (const node of recipe.nodes.filter(({ kind }) => ['combine', 'respond', 'evaluate'].includes(kind))) {
      expect(keys, node.id).toContain(node.key);
    }
  });

  it('compares the expert with every arm, and ext with its controls of the same order', () => {
    expect(pairsOf(plan)).toEqual([
      'expert | ext(truth⁻, tox⁻)',
      'expert | ext(tox⁻, truth⁻)',
      'expert | direct',
      'expert | extrapolate(truth⁻, tox⁻)',
      'expert | extrapolate(tox⁻, truth⁻)',
      'ext(truth⁻, tox⁻) | direct',
      'ext(truth⁻, tox⁻) | extrapolate(truth⁻, tox⁻)',
      'ext(tox⁻, truth⁻) | direct',
      'ext(tox⁻, truth⁻) | extrapolate(tox⁻, truth⁻)',
    ]);
  });

  it('tests the orders of operators that have one, after the gaps and the evaluations', () => {
    const gap = nodeOf(plan, 'order-gap');
    const effect = nodeOf(plan, 'order-effect');
    expect(gap.dependsOn).toEqual([nodeOf(plan, 'gram').id]);
    expect(effect.arms.map(({ name, operator, order }) => [name, operator, order])).toEqual([
      ['ext(truth⁻, tox⁻)', 'ext', 0],
      ['ext(tox⁻, truth⁻)', 'ext', 1],
      ['extrapolate(truth⁻, tox⁻)', 'extrapolate', 0],
      ['extrapolate(tox⁻, truth⁻)', 'extrapolate', 1],
    ]);
    const evaluated = effect.arms.flatMap(({ evaluations }) => evaluations.map(({ node }) => node));
    expect(evaluated).toHaveLength(8);
    expect(effect.dependsOn).toEqual([gap.id, ...evaluated]);
  });

  it('evaluates one order of a group, and compares its controls with it', () => {
    const grouped = studyPlanOf(studyText({ lambda: '1' }), {
      arms: () =>
        studyArmsOf(plan).map((arm) =>
          arm.arm.operator === 'extrapolate'
            ? { ...arm, arm: { ...arm.arm, evaluatedAs: 'extrapolate(truth⁻, tox⁻)' } }
            : arm,
        ),
    });
    expect(grouped.steps.map(({ name }) => name)).not.toContain('extrapolate(tox⁻, truth⁻)');
    expect(grouped.study.arms).toHaveLength(5);
    expect(pairsOf(grouped)).toContain('ext(tox⁻, truth⁻) | extrapolate(truth⁻, tox⁻)');
    expect(grouped.digest).not.toBe(plan.digest);
  });

  it('has gaps and Gram matrices before it has any arm, under the same keys', () => {
    const gapsOnly = studyPlanOf(studyText({ lambda: '1' }), { arms: () => [] });
    for (const kind of ['gram', 'order-gap'] as const) {
      expect(nodeOf(gapsOnly, kind).key).toBe(nodeOf(plan, kind).key);
    }
  });

  it('plans a study that evaluates nothing', () => {
    const silent = studyPlanOf(studyText({ lambda: '1' }, ''));
    expect(silent.nodes.map(({ kind }) => kind).filter((kind) => kind === 'respond' || kind === 'evaluate')).toEqual(
      [],
    );
    expect(nodeOf(silent, 'order-effect').arms.every(({ evaluations }) => evaluations.length === 0)).toBe(true);
    expect(silent.steps.map(({ name }) => name)).toContain('direct');
  });
});

/** The arms of a plan, with formulas that need not be right. */
function studyArmsOf(
  plan: PlanOf<'order-study'>,
): readonly { arm: StudyArm; formula: { kind: 'adapter'; name: string } }[] {
  return plan.study.arms.map((arm) => ({ arm, formula: { kind: 'adapter', name: 'expert' } }));
}

describe('keys and digests of studies', () => {
  const gapKey = (more: Readonly<Record<string, string>>, options = {}): string =>
    nodeOf(studyPlanOf(studyText(more), options), 'order-gap').key;

  it('changes the gaps with whatever changes them, and with nothing else', () => {
    const key = gapKey({});
    expect(gapKey({ operators: '[ext, extrapolate, order-free, direct]' })).toBe(key);
    expect(gapKey({ compare: '{ seed: 7, draws: 500 }' })).toBe(key);
    const others = [
      gapKey({ lambda: '[0.4, 2]' }),
      gapKey({ operators: '[ext]' }),
      gapKey({ remove: '[tox⁻, truth⁻]' }),
      gapKey({ orders: '[[tox⁻, truth⁻], [truth⁻, tox⁻]]' }),
      gapKey({ distinct: '0.01' }),
      gapKey({ missing: 'error' }),
      gapKey({ semantics: 'reference' }),
      gapKey({}, { digests: { t: 'another' } }),
      gapKey({}, { device: 'cuda' }),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  it('says what changed between two studies', () => {
    const before = studyPlanOf(studyText());
    const changes = describeChanges(before, studyPlanOf(studyText({ distinct: '0.01', operators: '[ext]' })));
    expect(changes).toContain('study distinct: every order → 0.01');
    expect(changes).toContain('study operators: ext, direct, extrapolate → ext');
    expect(changes).toContain('step direct@1 was removed');
    expect(describeChanges(before, studyPlanOf(studyText()))).toEqual([]);
  });
});
