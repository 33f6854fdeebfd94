/** The demo through the inference child, against transformers and peft (demo/make_golden.py). */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { decodeSafetensors } from '../../../core/safetensors/codec.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import { openTokenizer, type TextTokenizer } from '../../../io/model/tokenizer.js';
import type { Candidate } from '../../../io/model/types.js';
import { BASE, adapterCandidate, demo, loadModel, readGolden, worstDifference } from './support.js';

interface Golden {
  readonly prompts: readonly {
    readonly ids: readonly number[];
    readonly base: { readonly greedy: readonly number[] };
    readonly expert: { readonly greedy: readonly number[]; readonly text: string };
  }[];
  readonly toxicity: readonly { readonly text: string; readonly probability: number }[];
}
interface Questions {
  readonly questions: readonly { readonly question: string; readonly logprob: Readonly<Record<string, number>> }[];
}

const engine = createInferenceEngine({ threads: 2 });
const golden = await readGolden<Golden>(demo('golden', 'golden.json'));
const prompts = golden.prompts.map(({ ids }) => ids);
let expert: Candidate;
let tokenizer: TextTokenizer;

beforeAll(async () => {
  expert = await adapterCandidate(demo('adapters', 'expert'));
  tokenizer = await openTokenizer(demo('base'));
  await engine.openModel({ folder: demo('base'), digest: digestOf('base') });
});
afterAll(() => engine.close());

describe('the demo model', () => {
  it('says what it is', async () => {
    const info = await engine.openModel({ folder: demo('base'), digest: digestOf('base') });
    expect(info).toMatchObject({
      architecture: 'LlamaForCausalLM',
      vocabSize: 1436,
      contextLength: 256,
      // four layers of attention (10 heads of 24, both ways) and MLP (three times 192 × 500), and the head
      multiplications: 4 * (2 * 192 * 10 * 24 + 3 * 192 * 500) + 1436 * 192,
      device: 'cpu',
    });
  });

  it.each(['base', 'expert'] as const)('%s: logits after every prompt equal transformers to 1e-4', async (name) => {
    const file = decodeSafetensors('logits', new Uint8Array(await readFile(demo('golden', 'logits.safetensors'))));
    const { model, adapter } = await loadModel(demo('base'), name === 'base' ? BASE : expert);
    for (const [place, tokens] of prompts.entries()) {
      const wanted = [{ row: 0, place: tokens.length - 1, target: 0 }];
      const step = { cache: model.emptyCache, parents: [0], tokens: [tokens], wanted, adapter, keepCache: false };
      const { logits } = await model.step({ ...step, fetch: ['logits'] });
      const bytes = file.tensors.get(`${name}.${String(place)}`)?.bytes ?? new Uint8Array();
      expect(worstDifference(logits, new Float32Array(bytes.slice().buffer))).toBeLessThan(1e-4);
    }
    await model.release();
  });

  it('continues every prompt with the same 40 greedy tokens, without an adapter and with one', async () => {
    const options = { maxNewTokens: 40, endTokens: [] };
    const ours = async (candidate: Candidate): Promise<readonly (readonly number[])[]> =>
      (await engine.generate(candidate, prompts, options)).map(({ tokens }) => tokens);
    expect(await ours(BASE)).toEqual(golden.prompts.map(({ base }) => base.greedy));
    expect(await ours(expert)).toEqual(golden.prompts.map((prompt) => prompt.expert.greedy));
  });

  it('stops each row at its end token, and the others go on as if alone', async () => {
    const options = { maxNewTokens: 40, endTokens: [1] };
    const answers = await engine.generate(expert, prompts, options);
    const expected = golden.prompts.map((prompt) => {
      const end = prompt.expert.greedy.indexOf(1);
      return { tokens: end === -1 ? prompt.expert.greedy : prompt.expert.greedy.slice(0, end), finished: end !== -1 };
    });
    expect(expected.some(({ finished }) => finished)).toBe(true);
    expect(answers).toEqual(expected);
  });

  it('scores the answers to 40 questions as transformers and peft, summed log-probabilities to 1e-4', async () => {
    const { questions } = await readGolden<Questions>(demo('golden', 'mc_expert.json'));
    let worst = 0;
    for (const { question, logprob } of questions.slice(0, 40)) {
      const context = tokenizer.encode(`<|user|>\n${question}\n<|assistant|>\n`, { specialTokens: true });
      const answers = Object.keys(logprob).map((text) => tokenizer.encode(text, { specialTokens: false }));
      const rows = await engine.score(
        expert,
        answers.map((continuation) => ({ context, continuation })),
      );
      const sums = rows.map(({ logProbs }) => logProbs.reduce((sum, value) => sum + value, 0));
      worst = Math.max(worst, worstDifference(sums, Object.values(logprob)));
    }
    expect(worst).toBeLessThan(1e-4);
  });

  it('classifies texts with the probabilities of the golden file', async () => {
    const classifier = { folder: demo('toxicity'), digest: digestOf('toxicity'), label: undefined };
    const { probabilities, cutTexts, maxTokens } = await engine.classify(
      classifier,
      golden.toxicity.map(({ text }) => text),
    );
    expect(
      worstDifference(
        probabilities,
        golden.toxicity.map(({ probability }) => probability),
      ),
    ).toBeLessThan(1e-5);
    expect([cutTexts, maxTokens]).toEqual([0, 128]);
  });

  it('reads no weight twice: another candidate on the loaded model needs the same process', async () => {
    const before = engine.pid;
    const double = await adapterCandidate(demo('adapters', 'expert'), 2);
    const [row] = await engine.score(double, [{ context: [2, 202], continuation: [43] }]);
    const [other] = await engine.score(expert, [{ context: [2, 202], continuation: [43] }]);
    expect(engine.pid).toBe(before);
    expect(row?.logProbs).not.toEqual(other?.logProbs);
  });
});
