import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_POLICY, batchLimits, planBatches } from '../../../core/evaluation/batches.js';
import { prepare, type PreparedTask } from '../../../core/evaluation/prepare.js';
import { respond } from '../../../core/evaluation/respond.js';
import type { AnswersTask, BlocksTask, ChoicesTask, ModelRequest } from '../../../core/evaluation/tasks.js';
import { MapShards, RuleEngine, WordTokenizer } from './fakes.js';

const CHOICES: ChoicesTask = { kind: 'choices', reader: 'truthfulqa', resultVersion: 1, style: 'ext-sub' };
const ANSWERS: AnswersTask = { ...CHOICES, kind: 'answers', reader: 'instructions', maxNewTokens: 5 };
const BLOCKS: BlocksTask = { ...CHOICES, kind: 'blocks', reader: 'documents', style: 'none' };

const question = (id: number, words: number): ModelRequest => ({
  kind: 'choices',
  id: String(id),
  context: `ask ${'word '.repeat(words)}${id}`,
  continuations: ['yes it is', 'no'],
  encoding: 'separate',
});
const manyQuestions = Array.from({ length: 70 }, (_, id) => question(id, id % 9));

async function prepareQuestions(requests = manyQuestions, contextLength = 100): Promise<PreparedTask> {
  return prepare({ task: CHOICES, requests, tokenizer: new WordTokenizer(), contextLength });
}

function ask(prepared: PreparedTask, engine: RuleEngine, shards: MapShards, signal?: AbortSignal) {
  const tokenizer = new WordTokenizer();
  return respond({ prepared, tokenizer, engine, candidate: 'c', shards, ...(signal === undefined ? {} : { signal }) });
}

describe('a model that computes NaN', () => {
  it.each([Number.NaN, -Infinity])('fails for good with %s as a log-probability', async (value) => {
    const engine = new RuleEngine();
    const { score } = engine;
    engine.score = async (candidate, rows) =>
      (await score(candidate, rows)).map((row) => ({ ...row, logProbs: Array.from(row.logProbs, () => value) }));
    const asked = ask(await prepareQuestions(), engine, new MapShards());
    await expect(asked).rejects.toMatchObject({ code: 'MODEL_INVALID', retryable: false });
    await expect(asked).rejects.toThrow(/as a log-probability \[example=\d+\]/);
  });
});

describe('planBatches', () => {
  it('keeps every item once, within the limits, longest first', () => {
    const item = fc.record({ rows: fc.integer({ min: 1, max: 6 }), length: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const limits = { rows: 8, tokens: 100 };
        const batches = planBatches(items, limits);
        expect(batches.flat().sort((a, b) => a - b)).toEqual(items.map((_, place) => place));
        const lengths = batches.flat().map((place) => items[place]?.length ?? 0);
        expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
        for (const batch of batches.filter((members) => members.length > 1)) {
          const rows = batch.reduce((sum, place) => sum + (items[place]?.rows ?? 0), 0);
          const longest = Math.max(...batch.map((place) => items[place]?.length ?? 0));
          expect(rows).toBeLessThanOrEqual(limits.rows);
          expect(rows * longest).toBeLessThanOrEqual(limits.tokens);
        }
      }),
    );
  });

  it('counts a common prefix once', () => {
    const items = Array.from({ length: 8 }, () => ({ rows: 1, length: 50 }));
    expect(planBatches(items, { rows: 8, tokens: 120 })).toHaveLength(4);
    expect(planBatches(items, { rows: 8, tokens: 120 }, 40)).toHaveLength(1);
  });

  it('bounds what a CPU multiplies for scores, down to one question of a large model', async () => {
    expect(batchLimits('choices', 0)).toEqual({ rows: 64, tokens: 4096 });
    expect(batchLimits('blocks', 1_796_352)).toEqual({ rows: 64, tokens: 4096 });
    expect(batchLimits('choices', 2e8)).toEqual({ rows: 64, tokens: 1000 });
    expect(batchLimits('answers', 2e8)).toEqual({ rows: 32, tokens: 16_384 });
    const prepared = (multiplications: number): Promise<PreparedTask> =>
      prepare({
        task: CHOICES,
        requests: manyQuestions,
        tokenizer: new WordTokenizer(),
        contextLength: 100,
        multiplications,
      });
    expect((await prepared(1e11)).batches).toHaveLength(manyQuestions.length);
    expect((await prepared(1e6)).batches).toEqual((await prepareQuestions()).batches);
  });

  it('leaves nothing to do for no items', () => {
    expect(planBatches([], BATCH_POLICY.score)).toEqual([]);
  });
});

describe('prepare', () => {
  it('encodes a separate continuation without special tokens and a prompt with them', async () => {
    const tokenizer = new WordTokenizer({ addsBos: true });
    const { requests, prompt } = await prepare({
      task: CHOICES,
      requests: [question(0, 1)],
      tokenizer,
      contextLength: 100,
    });
    expect(requests[0]).toMatchObject({ prompt: [2, 10, 11, 12], continuations: [[13, 14, 15], [16]], tooLong: false });
    expect(prompt).toEqual({ prefixTokens: [2], firstPrompt: [2, 10, 11, 12] });
  });

  it('puts the chat template around prompts and lets it write its own special tokens', async () => {
    const tokenizer = new WordTokenizer({ addsBos: true });
    const requests: ModelRequest[] = [{ kind: 'answer', id: '0', prompt: 'hello there', maxNewTokens: 5 }];
    const { prompt } = await prepare({
      task: { ...ANSWERS, style: 'chat-template' },
      requests,
      tokenizer,
      contextLength: 100,
    });
    expect(tokenizer.decode(prompt.firstPrompt)).toBe('[CHAT] hello there [/CHAT]');
    expect(prompt.prefixTokens).toEqual([]);
  });

  it('marks what is longer than the context instead of cutting it', async () => {
    // the prompt has 2 + words tokens, the longest continuation 3, of which the last is not fed
    const { requests, batches } = await prepareQuestions([question(0, 6), question(1, 7)], 10);
    expect(requests.map((request) => request.tooLong)).toEqual([false, true]);
    expect(batches).toEqual([[0]]);
  });

  it('joins documents by the end token, cuts them into whole blocks and says what remains', async () => {
    const requests: ModelRequest[] = ['a b c', 'd e f g'].map((text, id) => ({
      kind: 'document',
      id: String(id),
      text,
    }));
    const prepared = await prepare({ task: BLOCKS, requests, tokenizer: new WordTokenizer(), contextLength: 4 });
    expect(prepared.requests.map((block) => block.prompt)).toEqual([
      [10, 11, 12, 1],
      [13, 14, 15, 16],
    ]);
    expect(prepared.requests[1]).toMatchObject({ id: 'block-1', remainderTokens: 1 });
  });

  it('refuses documents that fill no block, blocks beyond the context, and a tokenizer without an end token', async () => {
    const requests: ModelRequest[] = [{ kind: 'document', id: '0', text: 'a b' }];
    const tokenizer = new WordTokenizer();
    const attempt = (input: Partial<Parameters<typeof prepare>[0]>) =>
      prepare({ task: BLOCKS, requests, tokenizer, contextLength: 8, ...input });
    await expect(attempt({})).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await expect(attempt({ task: { ...BLOCKS, blockTokens: 9 } })).rejects.toMatchObject({ code: 'SPEC_INVALID' });
    await expect(attempt({ tokenizer: new WordTokenizer({ endTokens: [] }) })).rejects.toMatchObject({
      code: 'TOKENIZER_INVALID',
    });
  });

  it('asks after every request whether other work should get a turn, and waits for it', async () => {
    let [asked, waited] = [0, 0];
    const pause = (): Promise<void> | undefined =>
      ++asked % 2 === 0
        ? undefined
        : Promise.resolve().then(() => {
            waited++;
          });
    const paused = await prepare({
      task: CHOICES,
      requests: manyQuestions,
      tokenizer: new WordTokenizer(),
      contextLength: 100,
      pause,
    });
    expect([asked, waited]).toEqual([manyQuestions.length, manyQuestions.length / 2]);
    expect(paused).toEqual(await prepareQuestions());
  });

  it('gives the same prompt digest for the same tokens only', async () => {
    const { requests } = await prepareQuestions([question(0, 1), { ...question(0, 1), id: '1' }, question(2, 1)]);
    expect(requests[0]?.promptDigest).toBe(requests[1]?.promptDigest);
    expect(requests[0]?.promptDigest).not.toBe(requests[2]?.promptDigest);
  });
});

describe('respond', () => {
  it('answers every request in order and adds log-probabilities in float64', async () => {
    const { responses } = await ask(await prepareQuestions(), new RuleEngine(), new MapShards());
    expect(responses.map((response) => response.id)).toEqual(manyQuestions.map((request) => request.id));
    const [first] = responses;
    const expected = (tokens: readonly number[]) => tokens.reduce((sum, token) => sum + Math.fround(-token / 100), 0);
    expect(first?.kind === 'choices' && first.choices.map(({ tokens, logProb }) => logProb - expected(tokens))).toEqual(
      [0, 0],
    );
  });

  it('repeats no batch that a shard holds, and gives the same responses', async () => {
    const prepared = await prepareQuestions();
    const shards = new MapShards();
    const whole = await ask(prepared, new RuleEngine(), shards);
    expect(shards.saves).toBe(prepared.batches.length);
    expect(prepared.batches.length).toBeGreaterThan(2);
    shards.stored.delete(1);
    const engine = new RuleEngine();
    const again = await ask(prepared, engine, shards);
    expect(engine.batches).toHaveLength(1);
    expect(again.reusedBatches).toBe(prepared.batches.length - 1);
    expect(again.responses).toEqual(whole.responses);
  });

  it('computes a damaged shard, or one of other requests, again', async () => {
    const prepared = await prepareQuestions();
    const shards = new MapShards();
    const whole = await ask(prepared, new RuleEngine(), shards);
    shards.stored.set(0, new TextEncoder().encode('{"version":1,"responses":[{"id"'));
    shards.stored.set(1, shards.stored.get(2) ?? new Uint8Array());
    const again = await ask(prepared, new RuleEngine(), shards);
    expect(again.reusedBatches).toBe(prepared.batches.length - 2);
    expect(again.responses).toEqual(whole.responses);
  });

  it('halves a batch while memory runs out, says so, and gives the same responses', async () => {
    const prepared = await prepareQuestions();
    const engine = new RuleEngine();
    engine.maxRows = 5;
    const halved = await ask(prepared, engine, new MapShards());
    expect(Math.max(...engine.batches)).toBeLessThanOrEqual(5);
    expect(halved.halvedBatches).toBe(prepared.batches.length);
    expect(halved.responses).toEqual((await ask(prepared, new RuleEngine(), new MapShards())).responses);
  });

  it('gives up when a single sequence does not fit', async () => {
    const engine = new RuleEngine();
    engine.maxRows = 0;
    await expect(ask(await prepareQuestions(), engine, new MapShards())).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
    });
  });

  it('stops between batches when it is aborted, and keeps what is finished', async () => {
    const prepared = await prepareQuestions();
    const shards = new MapShards();
    const controller = new AbortController();
    const engine = new RuleEngine();
    const { score } = engine;
    engine.score = (...args) => {
      if (engine.batches.length === 1) {
        controller.abort(new Error('enough'));
      }
      return score(...args);
    };
    await expect(ask(prepared, engine, shards, controller.signal)).rejects.toThrow('enough');
    expect([...shards.stored.keys()]).toEqual([0, 1]);
  });

  it('fails when a shard cannot be saved', async () => {
    const shards = new MapShards();
    shards.save = () => Promise.reject(new Error('disk full'));
    await expect(ask(await prepareQuestions(), new RuleEngine(), shards)).rejects.toThrow('disk full');
  });

  it('reports requests done, those that are too long at once', async () => {
    const prepared = await prepareQuestions([question(0, 50), question(1, 1), question(2, 1)], 20);
    const seen: number[] = [];
    await respond({
      prepared,
      tokenizer: new WordTokenizer(),
      engine: new RuleEngine(),
      candidate: 'c',
      shards: new MapShards(),
      onProgress: ({ done, total }) => {
        expect(total).toBe(3);
        seen.push(done);
      },
    });
    expect(seen).toEqual([3]);
  });

  it('generates answers, decodes them, and marks those without an end', async () => {
    const tokenizer = new WordTokenizer();
    const requests: ModelRequest[] = ['say so', 'go on'].map((prompt, id) => ({
      kind: 'answer',
      id: String(id),
      prompt,
      maxNewTokens: 3,
    }));
    const prepared = await prepare({ task: ANSWERS, requests, tokenizer, contextLength: 50 });
    const { responses } = await respond({
      prepared,
      tokenizer,
      engine: new RuleEngine(),
      candidate: 'c',
      shards: new MapShards(),
    });
    expect(responses[0]).toMatchObject({ text: 'so so so', tokens: [11, 11, 11], finished: false, promptTokens: 2 });
    expect(responses[1]).toMatchObject({ text: 'on on on', finished: false });
  });

  it('gives a continuation without tokens probability 1', async () => {
    const request: ModelRequest = {
      ...question(0, 1),
      kind: 'choices',
      context: 'ask',
      continuations: [' ', 'no'],
      encoding: 'separate',
    };
    const { responses } = await ask(await prepareQuestions([request]), new RuleEngine(), new MapShards());
    const [response] = responses;
    expect(response?.kind === 'choices' && response.choices[0]).toEqual({ tokens: [], logProb: 0, isGreedy: true });
  });

  it('scores blocks from their second token on', async () => {
    const requests: ModelRequest[] = [{ kind: 'document', id: '0', text: 'a b c' }];
    const prepared = await prepare({ task: BLOCKS, requests, tokenizer: new WordTokenizer(), contextLength: 4 });
    const { responses } = await ask(prepared, new RuleEngine(), new MapShards());
    // tokens 11, 12 and the end token 1: losses 0.11, 0.12, 0.01 in float32; of them only 12 is even
    expect(responses[0]).toMatchObject({ kind: 'block', tokens: 3, correct: 1 });
    expect(responses[0]?.kind === 'block' && responses[0].lossNats).toBeCloseTo(0.24, 6);
  });
});
