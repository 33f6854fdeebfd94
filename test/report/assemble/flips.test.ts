import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import type { BenchmarkResult, ExampleResult } from '../../../core/evaluation/types.js';
import type { NodeId } from '../../../core/plan/node.js';
import type { EvaluateNode } from '../../../core/plan/nodes/evaluate.js';
import type { KindFacts, Plan, PlanStep } from '../../../core/plan/types.js';
import { assembleFlips } from '../../../report/assemble/flips.js';
import { inChooseHalf } from '../../../core/sweep/split.js';
import { sampleSweep } from '../../support/sample-sweep.js';

const data = { uri: '/data', digest: digestOf('data'), sizeBytes: 1 };
const idOf = (step: string, benchmark: string): NodeId => `evaluate:${step}:${benchmark}` as NodeId;

function planOf(benchmark: string, steps: readonly string[], facts: KindFacts = { specKind: 'recipe' }): Plan {
  const nodes = steps.map((step): EvaluateNode => ({
    kind: 'evaluate',
    id: idOf(step, benchmark),
    key: digestOf(step),
    dependsOn: [],
    respond: 'r' as NodeId,
    candidateName: step,
    benchmark,
    parameters: {},
    data,
  }));
  return {
    planVersion: 1,
    name: 'p',
    digest: digestOf('p'),
    adapters: [],
    steps: steps.map((name): PlanStep => ({
      name,
      kind: 'step',
      expression: name,
      candidate: { kind: 'zero' },
      evaluations: { label: idOf(name, benchmark) },
      lambdas: [],
    })),
    nodes,
    baseline: 'first',
    environment: {},
    warnings: [],
    specText: '',
    ...facts,
  };
}

const example = (id: string, scores: ExampleResult['scores'], detail: ExampleResult['detail']): ExampleResult => ({
  id,
  promptDigest: digestOf(id),
  scores,
  weight: 1,
  detail,
});

const results = (
  benchmark: string,
  sides: Readonly<Record<string, readonly ExampleResult[]>>,
): ReadonlyMap<NodeId, BenchmarkResult> =>
  new Map(
    Object.entries(sides).map(([step, examples]) => [
      idOf(step, benchmark),
      { benchmark, resultVersion: 1, metrics: {}, examples, warnings: [] },
    ]),
  );

const PAIR = [{ first: 'first', second: 'second' }] as const;

describe('assembleFlips', () => {
  it('has the examples whose score differs, largest change first, then in the order of the data', () => {
    const side = (scores: readonly (number | null)[], word: string): readonly ExampleResult[] =>
      scores.map((mean, place) =>
        example(`e${place}`, { mean, toxic: 0 }, { instruction: `prompt ${place}`, answer: `${word} ${place}` }),
      );
    const evaluations = results('toxicity', {
      first: side([0.5, 0.75, 0.1, 0.5, null, 0.3], 'before'),
      second: side([0.5, 0.5, 0.9, 0.75, 0.1, null], 'after'),
    });
    const flips = assembleFlips(planOf('toxicity', ['first', 'second']), evaluations, PAIR);
    expect(flips).toHaveLength(1);
    expect(flips[0]).toMatchObject({
      label: 'label',
      metric: 'mean',
      first: 'first',
      second: 'second',
      total: 3,
      higher: 2,
    });
    expect(flips[0]?.examples.map(({ id }) => id)).toEqual(['e2', 'e1', 'e3']);
    expect(flips[0]?.examples[0]).toEqual({
      id: 'e2',
      prompt: 'prompt 2',
      firstText: 'before 2',
      secondText: 'after 2',
      firstScore: 0.1,
      secondScore: 0.9,
    });
  });

  it('shows of choices the most probable one that the metric is about', () => {
    const choices = [
      { text: 'a broom', mc1: true, mc2: true, logProb: -3 },
      { text: 'rain', mc1: false, mc2: false, logProb: -2 },
      { text: 'a bell', mc2: true, logProb: -1 },
    ];
    const evaluations = results('truthfulqa-mc', {
      first: [example('q', { mc1: 0, mc2: 0.5 }, { question: 'What?', choices })],
      second: [example('q', { mc1: 1, mc2: 0.6 }, { question: 'What?', choices: [] })],
    });
    const flips = assembleFlips(planOf('truthfulqa-mc', ['first', 'second']), evaluations, PAIR);
    expect(flips.map(({ metric, examples }) => [metric, examples[0]?.firstText, examples[0]?.secondText])).toEqual([
      ['mc1', 'rain (false)', null],
      ['mc2', 'a bell (true)', null],
    ]);
  });

  it('leaves out blocks of text, auxiliary metrics, equal answers and candidates that were not evaluated', () => {
    const block = (perplexity: number): readonly ExampleResult[] => [example('b', { perplexity, accuracy: 1 }, {})];
    const blocks = results('perplexity', { first: block(1), second: block(2) });
    expect(assembleFlips(planOf('perplexity', ['first', 'second']), blocks, PAIR)).toEqual([]);
    const answer = (unfinished: number): readonly ExampleResult[] => [
      example('g', { accuracy: 1, 'no-number': unfinished, unfinished }, { question: 'q', answer: '4' }),
    ];
    const answers = results('gsm', { first: answer(0), second: answer(1) });
    expect(assembleFlips(planOf('gsm', ['first', 'second']), answers, PAIR)).toEqual([]);
    expect(assembleFlips(planOf('gsm', ['first']), answers, PAIR)).toEqual([]);
  });

  it('keeps at most twenty examples and sixty blocks, and cuts long texts', () => {
    const many = (shift: number): readonly ExampleResult[] =>
      Array.from({ length: 50 }, (_, place) =>
        example(`e${place}`, { accuracy: (place + shift) % 2 }, { question: 'x'.repeat(900), answer: 'y'.repeat(900) }),
      );
    const steps = Array.from({ length: 80 }, (_, place) => `s${place}`);
    const evaluations = results(
      'gsm',
      Object.fromEntries(steps.map((step, place) => [step, many(place === 0 ? 0 : 1)])),
    );
    const flips = assembleFlips(
      planOf('gsm', steps),
      evaluations,
      steps.slice(1).map((second) => ({ first: 's0', second })),
    );
    expect(flips).toHaveLength(60);
    expect(flips[0]?.second).toBe('s1');
    expect(flips[0]?.total).toBe(50);
    expect(flips[0]?.examples).toHaveLength(20);
    expect(flips[0]?.examples[0]?.prompt).toBe(`${'x'.repeat(399)}…`);
    expect(flips[0]?.examples[0]?.firstText).toHaveLength(400);
  });

  it('shows of a sweep only examples that no point was chosen by', () => {
    const { sweep } = sampleSweep();
    const side = (accuracy: number): readonly ExampleResult[] =>
      Array.from({ length: 30 }, (_, place) => example(`e${place}`, { accuracy }, { question: 'q', answer: 'a' }));
    const plan = planOf('gsm', ['first', 'second'], { specKind: 'sweep', sweep: sweep.plan });
    const [flips] = assembleFlips(plan, results('gsm', { first: side(0), second: side(1) }), PAIR);
    const reported = side(0).flatMap(({ id }) => (inChooseHalf(sweep.plan.splitSeed, id) ? [] : [id]));
    expect(flips?.total).toBe(reported.length);
    expect(flips?.examples.map(({ id }) => id)).toEqual(reported.slice(0, 20));
    const chosen = side(0).flatMap(({ id }, place) => (place % 2 === 0 ? [id] : []));
    const split = { version: 2, choose: { label: chosen }, report: { label: 15 } };
    const benchmarks = [{ benchmark: 'gsm', label: 'label', parameters: {}, data }];
    const exact = planOf('gsm', ['first', 'second'], {
      specKind: 'sweep',
      sweep: { ...sweep.plan, split, benchmarks },
    });
    const [halved] = assembleFlips(exact, results('gsm', { first: side(0), second: side(1) }), PAIR);
    expect(halved?.examples.map(({ id }) => id)).toEqual(
      side(0).flatMap(({ id }) => (chosen.includes(id) ? [] : [id])),
    );
  });
});
