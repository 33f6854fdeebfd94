/** Versions of readers in keys: version 1 leaves them as they have always been, a later one changes all that follows. */
import { Type } from 'typebox';
import { expect, it } from 'vitest';
import { digestOf, type Digest, type Json } from '../../../core/digest.js';
import { answerBenchmark, answerParameters } from '../../../core/evaluation/answer-benchmark.js';
import { mathQuestions } from '../../../core/evaluation/readers/math-questions.js';
import type { Benchmark } from '../../../core/evaluation/types.js';
import { CombineNodes } from '../../../core/plan/combine-nodes.js';
import { addEvaluation } from '../../../core/plan/evaluation-nodes.js';
import { NodeTable } from '../../../core/plan/node-table.js';
import { planOf } from '../../support/plan-input.js';
import { capitals } from '../../support/capitals.js';

const RECIPE = `version: 1
kind: recipe
name: readers
base: base
adapters: { expert: e, bad⁻: b }
steps: { one: "expert ⊖ bad⁻" }
evaluate: { steps: [base], with: [gsm: { data: g.jsonl, max_new_tokens: 8 }] }
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

const ref = (path: string) => ({ uri: `/data/${path}`, digest: digestOf(path), sizeBytes: 1000 });

/** Keys of the responses and scores of the base model, under the sources of `planOf`. */
function keysOf(definition: Benchmark, parameters: Readonly<Record<string, Json>>): readonly Digest[] {
  const table = new NodeTable();
  const fail = (): never => {
    throw new Error('the base model has no leaves');
  };
  const combines = new CombineNodes({ table, groundOf: fail, digestOf: fail, missing: 'pass' });
  const sources = {
    base: { name: 'base', ...ref('base') },
    adapters: new Map(),
    environment: { device: 'cpu', runtime: 'test' },
    warnings: [],
    specText: '',
  };
  const { examples } = parameters;
  const use = {
    benchmark: definition.name,
    label: definition.name,
    parameters,
    data: ref('g.jsonl'),
    ...(typeof examples === 'string' ? { others: { examples: ref(examples) } } : {}),
  };
  const candidate = { name: 'base', operand: { kind: 'zero' as const } };
  addEvaluation({ sources, table, combines }, candidate, { ...use, definition, task: definition.task(parameters) });
  return table.inOrder().map(({ key }) => key);
}

it('leave the keys as they are at version 1, and change those of responses and scores from 2 on', () => {
  const today = planOf(RECIPE).nodes.flatMap(({ kind, key }) =>
    kind === 'respond' || kind === 'evaluate' ? [key] : [],
  );
  const given = { data: 'g.jsonl', max_new_tokens: 8 };
  expect(keysOf(gsm(1), given)).toEqual(today);
  const [respond, evaluate] = keysOf(gsm(2), given);
  expect([respond === today[0], evaluate === today[1]]).toEqual([false, false]);
});

it('of further files are in the task from 2 on, and left out at version 1', () => {
  const given = { data: 'd', examples: 'e' };
  expect(capitals().task(given).others).toEqual({ examples: { reader: 'capital-examples' } });
  expect(capitals({ examples: 2 }).task(given).others).toEqual({
    examples: { reader: 'capital-examples', resultVersion: 2 },
  });
  expect(capitals({ examples: 2 }).task({ data: 'd' }).others).toBeUndefined();
});

it('of further files, and the files themselves, change the keys of responses and scores', () => {
  const given = { data: 'd', examples: 'e' };
  const all = [
    keysOf(capitals(), given),
    keysOf(capitals({ examples: 2 }), given),
    keysOf(capitals(), { ...given, examples: 'other' }),
    keysOf(capitals(), { data: 'd' }),
  ].flat();
  expect(new Set(all).size).toBe(8);
  expect(keysOf(capitals({ examples: 2 }), { data: 'd' })).toEqual(keysOf(capitals(), { data: 'd' }));
});
