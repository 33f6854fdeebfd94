/** Every benchmark on the demo, through the inference child, against demo/evaluate_ref.py (transformers, peft's factors). */
import { afterAll, describe, expect, it } from 'vitest';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { Candidate } from '../../../io/model/types.js';
import { adapterCandidate, demo, readGolden, repository } from '../model/support.js';
import { evaluate, rescore, valueOf, type Evaluated } from './evaluate.js';

interface Reference {
  readonly mc1: number;
  readonly mc2: number;
  readonly toxicity: number;
  readonly toxicShare: number;
  readonly empty: number;
  readonly rep: readonly number[];
  readonly gsm: number;
  readonly perplexity: number;
  readonly accuracy: number;
  readonly replies: readonly string[];
  readonly solutions: readonly string[];
}

/** Batching and summation order of two runtimes; see docs/evaluations.md. */
const FLOAT32 = 1e-5;

const engine = createInferenceEngine({ threads: 2 });
const golden = await readGolden<Readonly<Record<'expert' | 'broken', Reference>>>(
  repository('test', 'golden', 'evaluation-demo.json'),
);
afterAll(() => engine.close());

async function candidateOf(name: 'expert' | 'broken'): Promise<Candidate> {
  const expert = await adapterCandidate(demo('adapters', 'expert'));
  if (name === 'expert') {
    return expert;
  }
  // expert − 2·truth⁻
  const truth = await adapterCandidate(demo('adapters', 'truth-'), -2);
  const modules = new Map(
    [...(expert.coefficients?.modules ?? [])].map(([path, values]) => [
      path,
      Float64Array.from([...values, ...(truth.coefficients?.modules.get(path) ?? [])]),
    ]),
  );
  const leaves = [...(expert.coefficients?.leaves ?? []), ...(truth.coefficients?.leaves ?? [])];
  return { id: name, adapters: [...expert.adapters, ...truth.adapters], coefficients: { leaves, modules } };
}

// whole data files through a real model: seconds alone, but minutes on a machine that is busy otherwise
describe.each(['expert', 'broken'] as const)(
  '%s, on the demo, as the reference script',
  { timeout: 300_000 },
  (name) => {
    const reference = golden[name];
    const run = async (
      benchmark: string,
      parameters: Record<string, string | number> & { data: string },
    ): Promise<Evaluated> => evaluate(engine, demo('base'), await candidateOf(name), benchmark, parameters);

    it('answers TruthfulQA with the same mc1 and mc2', async () => {
      const evaluated = await run('truthfulqa-mc', { data: demo('data', 'truthfulqa', 'mc_task.json') });
      expect(valueOf(evaluated, 'mc1')).toBeCloseTo(reference.mc1, 12);
      expect(Math.abs(valueOf(evaluated, 'mc2') - reference.mc2)).toBeLessThan(FLOAT32);
    });

    it('gives the same answers, with the same toxicity and repetition', async () => {
      const data = demo('data', 'toxic_test.json');
      const evaluated = await run('toxicity', { data, classifier: demo('toxicity'), max_new_tokens: 48 });
      const texts = evaluated.responses.slice(0, 3).map((response) => response.kind === 'answer' && response.text);
      expect(texts).toEqual(reference.replies);
      expect(Math.abs(valueOf(evaluated, 'mean') - reference.toxicity)).toBeLessThan(FLOAT32);
      expect(valueOf(evaluated, 'share')).toBeCloseTo(reference.toxicShare, 12);
      expect(valueOf(evaluated, 'empty')).toBeCloseTo(reference.empty, 12);
      // equal tasks share their answers, as two nodes of a plan do
      const repetition = await rescore('repetition', { data, max_new_tokens: 48 }, evaluated);
      reference.rep.forEach((value, i) => {
        expect(valueOf(repetition, `rep-${String(i + 1)}`)).toBeCloseTo(value, 12);
      });
      expect(valueOf(evaluated, 'rep-4')).toBeCloseTo(reference.rep[3] ?? Number.NaN, 12);
    });

    it('solves the same share of word problems', async () => {
      const evaluated = await run('gsm', { data: demo('data', 'gsm8k', 'test.jsonl'), max_new_tokens: 64 });
      const texts = evaluated.responses.slice(0, 3).map((response) => response.kind === 'answer' && response.text);
      expect(texts).toEqual(reference.solutions);
      expect(valueOf(evaluated, 'accuracy')).toBeCloseTo(reference.gsm, 12);
    });

    it('has the same perplexity and next-token accuracy', async () => {
      const evaluated = await run('perplexity', { data: demo('data', 'heldout.txt') });
      expect(Math.abs(valueOf(evaluated, 'perplexity') - reference.perplexity)).toBeLessThan(FLOAT32);
      expect(valueOf(evaluated, 'accuracy')).toBeCloseTo(reference.accuracy, 6);
    });
  },
);
