/** What OPT does unlike the other families, against transformers (test/golden/model/make_opt.py). */
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import { generateGreedy } from '../../../io/model/generation.js';
import { scoreRows } from '../../../io/model/scoring.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { BASE, adapterCandidate, golden, loadModel, readGoldenModels, worstDifference } from './support.js';

const models = await readGoldenModels();
const padded = Object.entries(models).flatMap(([name, { prompts, padded: batch }]) =>
  batch === undefined ? [] : [{ name, prompts, batch }],
);
const { texts = [], adapterTexts = [] } = models['opt-f32'] ?? {};
const TOLERANCE = 2e-5;
const END = 2;

describe('positions count the tokens that are no padding', () => {
  it.each(padded)('$name equals batches of transformers padded on the left and on the right', async (one) => {
    const { name, prompts, batch } = one;
    const { model, adapter } = await loadModel(golden(name));
    const rows = prompts.map((prompt) => ({ context: prompt.slice(0, 1), continuation: prompt.slice(1) }));
    const scores = await scoreRows(model, adapter, rows);
    for (const [place, { logProbs }] of scores.entries()) {
      expect(worstDifference(logProbs, batch.left.logProbs[place] ?? [])).toBeLessThan(TOLERANCE);
      expect(worstDifference(logProbs, batch.right.logProbs[place] ?? [])).toBeLessThan(TOLERANCE);
    }
    const answers = await generateGreedy(model, adapter, prompts, { maxNewTokens: 24, endTokens: [] });
    expect(answers.map(({ tokens }) => tokens)).toEqual(batch.left.greedy);
    await model.release();
  });

  it('has batches to compare with', () => {
    expect(padded.length).toBeGreaterThan(2);
  });
});

describe('texts', () => {
  const engine = createInferenceEngine({ threads: 1 });
  afterAll(() => engine.close());
  const folder = golden('opt-f32');

  it('begin with </s>, which also ends an answer', async () => {
    const tokenizer = await openTokenizer(folder);
    expect([tokenizer.bosToken, tokenizer.endTokens, tokenizer.addsBos]).toEqual([END, [END], true]);
    expect(tokenizer.encode('</s>Hello', { specialTokens: true })).toEqual(
      tokenizer.encode('Hello', { specialTokens: true }),
    );
    for (const { context, continuation, tokens } of texts) {
      expect(tokenizer.encode(context, { specialTokens: true })).toEqual(tokens[0]);
      expect(tokenizer.encode(continuation, { specialTokens: false })).toEqual(tokens[1]);
      expect(tokenizer.decode([...tokens[0], ...tokens[1]])).toBe(context + continuation);
    }
    expect(texts.length).toBeGreaterThan(3);
  });

  it.each([
    ['without an adapter', texts, () => Promise.resolve(BASE)],
    ['with one', adapterTexts, () => adapterCandidate(golden('opt-f32-lora'))],
  ] as const)('are scored through the engine as by transformers and peft, %s', async (_, recorded, candidate) => {
    const info = await engine.openModel({ folder, digest: digestOf(folder) });
    expect(info).toMatchObject({ architecture: 'OPTForCausalLM', vocabSize: 320, contextLength: 128 });
    const tokenizer = await openTokenizer(folder);
    const rows = recorded.map(({ context, continuation }) => ({
      context: tokenizer.encode(context, { specialTokens: true }),
      continuation: tokenizer.encode(continuation, { specialTokens: false }),
    }));
    const scores = await engine.score(await candidate(), rows);
    for (const [place, { logProbs }] of scores.entries()) {
      expect(worstDifference(logProbs, recorded[place]?.logProbs ?? [])).toBeLessThan(TOLERANCE);
    }
    expect(scores.length).toBeGreaterThan(3);
  });

  it('may fill the context to its last position, and not one more', async () => {
    await engine.openModel({ folder, digest: digestOf(folder) });
    const context = Array.from({ length: 127 }, (_, place) => 4 + place);
    const [score] = await engine.score(BASE, [{ context, continuation: [5, 6] }]);
    expect(score?.logProbs.every(Number.isFinite)).toBe(true);
    await expect(engine.score(BASE, [{ context, continuation: [5, 6, 7] }])).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(/has 129 tokens, but the model's context has 128/) as string,
    });
  });
});
