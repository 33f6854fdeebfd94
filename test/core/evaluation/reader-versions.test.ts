/** Versions of readers in keys: version 1 leaves them as they have always been, a later one changes all that follows. */
import { Type } from 'typebox';
import { expect, it } from 'vitest';
import { digestOf, type Digest } from '../../../core/digest.js';
import { answerBenchmark, answerParameters } from '../../../core/evaluation/answer-benchmark.js';
import { mathQuestions } from '../../../core/evaluation/readers/math-questions.js';
import type { Benchmark } from '../../../core/evaluation/types.js';
import { buildPlan } from '../../../core/plan/build-plan.js';
import { planOf } from '../../support/plan-input.js';
import { readRecipe } from '../../support/read-recipe.js';
import { capitals } from '../../support/capitals.js';

const RECIPE = `version: 1
kind: recipe
name: readers
base: base
adapters: { expert: e, bad⁻: b }
steps: { one: "expert ⊖ bad⁻" }
evaluate: { steps: [one], with: [gsm: { data: g.jsonl, max_new_tokens: 8 }] }
`;

/** The gsm of the registry as keys see it, with its reader at a version. */
function gsm(version: number): Benchmark {
  return answerBenchmark({
    name: 'gsm',
    title: 'Word problems',
    resultVersion: 1,
    parameters: { ...answerParameters(256), extra: Type.Optional(Type.String()) },
    maxNewTokens: 256,
    metrics: [],
    reader: { ...mathQuestions, version },
    examples: () => ({ examples: [] }),
  });
}

const keysOf = (nodes: readonly { readonly kind: string; readonly key: Digest }[]): Record<string, Digest> =>
  Object.fromEntries(nodes.map(({ kind, key }) => [kind, key]));

it('leave the keys as they are at version 1, and change those of responses and scores, and no others, from 2 on', () => {
  const today = keysOf(planOf(RECIPE).nodes);
  expect(keysOf(planOf(RECIPE, { benchmark: () => gsm(1) }).nodes)).toEqual(today);
  const raised = keysOf(planOf(RECIPE, { benchmark: () => gsm(2) }).nodes);
  expect(Object.keys(today).filter((kind) => raised[kind] !== today[kind])).toEqual(['respond', 'evaluate']);
});

it('of further files are in the task from 2 on, and left out at version 1', () => {
  const given = { data: 'd', examples: 'e' };
  expect(capitals().task(given).others).toEqual({ examples: { reader: 'capital-examples' } });
  expect(capitals({ examples: 2 }).task(given).others).toEqual({
    examples: { reader: 'capital-examples', resultVersion: 2 },
  });
  expect(capitals({ examples: 2 }).task({ data: 'd' }).others).toBeUndefined();
});

it('of further files change the keys of responses and scores', () => {
  const spec = readRecipe(RECIPE);
  const [item] = spec.evaluate.benchmarks;
  const benchmarks = item === undefined ? [] : [{ ...item, parameters: { data: 'd', examples: 'e' } }];
  const ref = (path: string) => ({ uri: `/${path}`, digest: digestOf(path), sizeBytes: 1 });
  const keys = (benchmark: Benchmark): Record<string, Digest> =>
    keysOf(
      buildPlan({
        spec: { ...spec, evaluate: { ...spec.evaluate, benchmarks } },
        outputs: new Map(),
        base: { name: 'base', ...ref('base') },
        adapters: new Map([...spec.adapters.keys()].map((name) => [name, { name, ...ref(name) }])),
        data: new Map(['d', 'e'].map((path) => [path, ref(path)])),
        classifiers: new Map(),
        environment: { device: 'cpu', runtime: 'test' },
        benchmark: () => benchmark,
        warnings: [],
      }).nodes,
    );
  const today = keys(capitals());
  const raised = keys(capitals({ examples: 2 }));
  expect(Object.keys(today).filter((kind) => raised[kind] !== today[kind])).toEqual(['respond', 'evaluate']);
});
