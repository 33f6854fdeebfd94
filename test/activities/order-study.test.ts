import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeGaps } from '../../core/study/artifacts.js';
import { pairAt } from '../../core/study/pair-squares.js';
import type { Plan } from '../../core/plan/types.js';
import type { OrderGapResult } from '../../core/study/types.js';
import { planOfKind } from '../support/plan-of-kind.js';
import { reportOfKind } from '../support/report-of-kind.js';
import { Bench, damage, demo } from './bench.js';

function studyText(more: Readonly<Record<string, string>> = {}): string {
  const keys = {
    remove: '[truth⁻, tox⁻, retain]',
    operators: '[ext, direct, order-free, extrapolate]',
    lambda: '1',
    ...more,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `version: 1
kind: order-study
name: study
base: "${demo('base')}"
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}", tox⁻: "${demo('adapters/tox-')}", retain: "${demo('adapters/retain')}" }
expert: expert
${lines.join('\n')}
evaluate:
  with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 12 }]
compare: { draws: 100 }
`;
}

async function artifact(
  bench: Bench,
  plan: Plan,
  kind: 'order-gap' | 'order-effect',
  role: string,
): Promise<Uint8Array> {
  const node = plan.nodes.find((candidate) => candidate.kind === kind);
  const ref = node === undefined ? undefined : (await bench.store.getNode(node.key))?.artifacts[role];
  if (ref === undefined) {
    throw new Error(`no ${role} of ${kind}`);
  }
  return bench.store.getArtifact(ref);
}

async function summaryOf(bench: Bench, plan: Plan): Promise<OrderGapResult> {
  return JSON.parse(new TextDecoder().decode(await artifact(bench, plan, 'order-gap', 'summary'))) as OrderGapResult;
}

describe('an order study', () => {
  it('is measured while it is planned, and its run finds that', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(studyText());
    const computed = await bench.runAll(plan);
    expect(computed).not.toContain('gram');
    expect(computed).not.toContain('order-gap');
    expect(computed).toContain('order-effect');
    const { study } = reportOfKind('order-study', await bench.report(plan));
    expect(study.plan).toEqual(planOfKind('order-study', plan).study);
    expect(study.gap).toEqual(await summaryOf(bench, plan));
    expect(study.gap.directFold).toEqual({ orders: 6, maxDifference: 0 });
    expect(study.gap.gaps.map(({ operator }) => operator)).toEqual(['ext', 'extrapolate']);
    // 15 pairs of 6 orders for each of the two operators that have an order
    expect(study.effects.pairs).toHaveLength(30);
    expect(study.effects.omnibus.map(({ operator, metric }) => `${operator} ${metric}`)).toContain('ext gsm.accuracy');
  });

  it('keeps every part and pair beside the summary', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(studyText());
    const { gaps } = await summaryOf(bench, plan);
    const tables = decodeGaps(await artifact(bench, plan, 'order-gap', 'gaps'));
    expect(tables.map(({ operator, setting }) => [operator, setting])).toEqual([
      ['ext', 0],
      ['extrapolate', 0],
    ]);
    for (const [at, { parts, pairs }] of tables.entries()) {
      const gap = gaps[at];
      expect(parts.map(({ part }) => part)).toEqual(gap?.parts.map(({ part }) => part));
      for (const [p, { norms = [], maxRelative, maxPair: [first, second] = [0, 0] }] of gap?.parts.entries() ?? []) {
        const place = p * 15 + pairAt(Math.min(first, second), Math.max(first, second), 6);
        expect((pairs[place] ?? NaN) / (norms[first] ?? NaN)).toBeCloseTo(maxRelative, 14);
      }
    }
  });

  it('evaluates one order of those that are the same', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(studyText({ distinct: '10' }));
    expect(plan.steps.filter(({ name }) => name.startsWith('ext(')).map(({ name }) => name)).toEqual([
      'ext(truth⁻, tox⁻, retain)',
    ]);
    expect(planOfKind('order-study', plan).study.arms.filter(({ operator }) => operator === 'ext')).toHaveLength(6);
    await bench.runAll(plan);
    const { study } = reportOfKind('order-study', await bench.report(plan));
    expect(study.effects.pairs).toEqual([]);
  });

  it('scales controls to the mean distance of the ext arms', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(studyText({ match: '[distance]', remove: '[truth⁻, tox⁻]' }));
    await bench.runAll(plan);
    const report = reportOfKind('order-study', await bench.report(plan));
    const distance = (name: string): number =>
      report.steps.find((step) => step.name === name)?.distanceFromBaseline ?? NaN;
    const target = (distance('ext(truth⁻, tox⁻)') + distance('ext(tox⁻, truth⁻)')) / 2;
    for (const name of ['direct', 'order-free', 'extrapolate(truth⁻, tox⁻)', 'extrapolate(tox⁻, truth⁻)']) {
      expect(distance(`${name}/distance`) / target, name).toBeCloseTo(1, 10);
    }
    expect(report.study.gap.gaps[0]?.distances).toHaveLength(2);
  });

  it('measures again what is damaged, with the same result', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(studyText());
    const before = await artifact(bench, plan, 'order-gap', 'gaps');
    await damage(await bench.objectFile(plan, 'order-gap', 'gaps'));
    expect((await bench.runNode(plan, 'order-gap')).reused).toBe(false);
    expect(Buffer.compare(await artifact(bench, plan, 'order-gap', 'gaps'), before)).toBe(0);
    await rm(await bench.objectFile(plan, 'gram', 'gram'));
    await damage(await bench.objectFile(plan, 'order-gap', 'summary'));
    expect((await bench.plan(studyText())).digest).toBe(plan.digest);
  });

  it('refuses the same adapter under two names', async () => {
    const bench = await Bench.create();
    const text = studyText({ remove: '[truth⁻, twin]' }).replace(
      'retain: ',
      `twin: "${demo('adapters/truth-')}", retain: `,
    );
    await expect(bench.plan(text)).rejects.toThrow(
      /spec\.yaml:7:9 error SPEC_INVALID truth⁻ and twin are the same adapter/,
    );
  });
});
