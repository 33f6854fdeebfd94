/** Scoring and generation do not depend on who shares the batch, and refuse rows that cannot be. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CausalModel } from '../../../io/model/causal-model.js';
import { generateGreedy } from '../../../io/model/generation.js';
import type { Feeds, Runtime } from '../../../io/model/runtime.js';
import { scoreRows } from '../../../io/model/scoring.js';
import type { ScoreRow } from '../../../io/model/types.js';
import { golden, loadModel, worstDifference } from './support.js';

let model: CausalModel;
let adapter: Feeds;
let runtime: Runtime;
beforeAll(async () => {
  ({ model, adapter, runtime } = await loadModel(golden('llama-untied-f32')));
});
afterAll(() => model.release());

const token = fc.integer({ min: 0, max: 100 });
const tokens = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(token, { minLength, maxLength });

/** Batches as benchmarks make them: a beginning that all share, questions, choices of each question. */
const batches = fc
  .tuple(
    tokens(0, 40),
    fc.array(fc.tuple(tokens(1, 20), fc.array(tokens(0, 6), { minLength: 1, maxLength: 4 })), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([preset, questions]): ScoreRow[] =>
    questions.flatMap(([question, choices]) =>
      choices.map((continuation) => ({ context: [...preset, ...question], continuation })),
    ),
  );

describe('scoreRows', () => {
  it('gives every row what it gets alone, to 1e-5', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (rows) => {
        const together = await scoreRows(model, adapter, rows);
        for (const [place, row] of rows.entries()) {
          const [alone] = await scoreRows(model, adapter, [row]);
          expect(worstDifference(together[place]?.logProbs ?? [], alone?.logProbs ?? [])).toBeLessThan(1e-5);
          expect(together[place]?.logProbs).toHaveLength(row.continuation.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('computes a shared context once: the batch takes two runs, and the second has the choices alone', async () => {
    const context = Array.from({ length: 60 }, (_, place) => place % 90);
    const rows = [[1, 2], [3], [4, 5, 6]].map((continuation) => ({ context, continuation }));
    const before = runtime.sessionRuns;
    await scoreRows(model, adapter, rows);
    expect(runtime.sessionRuns - before).toBe(2);
    await scoreRows(model, adapter, rows.slice(0, 1));
    expect(runtime.sessionRuns - before).toBe(3);
  });

  it('says of every token whether it is the most probable one', async () => {
    const [answer] = await generateGreedy(model, adapter, [[5, 6, 7]], { maxNewTokens: 6, endTokens: [] });
    const greedy = answer?.tokens ?? [];
    expect(greedy).toHaveLength(6);
    const other = greedy.map((id, place) => (place === 3 ? (id + 1) % 101 : id));
    const [own, changed] = await scoreRows(model, adapter, [
      { context: [5, 6, 7], continuation: greedy },
      { context: [5, 6, 7], continuation: other },
    ]);
    expect(own?.isArgmax).toEqual([true, true, true, true, true, true]);
    expect(changed?.isArgmax.slice(0, 4)).toEqual([true, true, true, false]);
  });

  it('answers empty batches and empty continuations without a run', async () => {
    const before = runtime.sessionRuns;
    expect(await scoreRows(model, adapter, [])).toEqual([]);
    expect(await scoreRows(model, adapter, [{ context: [1], continuation: [] }])).toEqual([
      { logProbs: [], isArgmax: [] },
    ]);
    expect(runtime.sessionRuns).toBe(before);
  });

  it.each([
    ['an empty context', { context: [], continuation: [1] }, /no token before/],
    ['a token beyond the vocabulary', { context: [1, 101], continuation: [1] }, /\[token=101\].*vocabulary has 101/],
    ['a target beyond the vocabulary', { context: [1], continuation: [500] }, /\[token=500\]/],
    ['a negative token', { context: [-1], continuation: [1] }, /\[token=-1\]/],
    [
      'more tokens than the context has',
      { context: Array<number>(100).fill(1), continuation: Array<number>(30).fill(1) },
      /129 tokens.*context has 128/,
    ],
  ])('refuses %s', async (_, row, message) => {
    await expect(scoreRows(model, adapter, [{ context: [1], continuation: [2] }, row])).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('stops between runs when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const rows = [
      { context: Array<number>(40).fill(3), continuation: [1] },
      { context: Array<number>(40).fill(3), continuation: [2] },
    ];
    await expect(scoreRows(model, adapter, rows, controller.signal)).rejects.toThrow(/abort/i);
  });
});

describe('generateGreedy', () => {
  it('gives every prompt what it gets alone, in whatever order prompts end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tokens(1, 30), { minLength: 1, maxLength: 5 }),
        fc.uniqueArray(token, { maxLength: 20 }),
        async (prompts, endTokens) => {
          const options = { maxNewTokens: 12, endTokens };
          const together = await generateGreedy(model, adapter, prompts, options);
          for (const [place, prompt] of prompts.entries()) {
            expect([together[place]]).toEqual(await generateGreedy(model, adapter, [prompt], options));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('feeds the beginning that all prompts share once, without changing an answer', async () => {
    const preset = Array.from({ length: 50 }, (_, place) => (place * 7) % 100);
    const prompts = [
      [...preset, 1],
      [...preset, 2, 3],
      [...preset, 2, 4],
    ];
    const options = { maxNewTokens: 5, endTokens: [] };
    const together = await generateGreedy(model, adapter, prompts, options);
    const alone = await Promise.all(
      prompts.map(async (prompt) => (await generateGreedy(model, adapter, [prompt], options))[0]),
    );
    expect(together).toEqual(alone);
  });

  it('ends at the context, unfinished', async () => {
    const [answer] = await generateGreedy(model, adapter, [Array<number>(120).fill(7)], {
      maxNewTokens: 50,
      endTokens: [],
    });
    expect([answer?.tokens.length, answer?.finished]).toEqual([9, false]);
  });

  it('needs no run for no prompts and no tokens', async () => {
    const before = runtime.sessionRuns;
    expect(await generateGreedy(model, adapter, [], { maxNewTokens: 5, endTokens: [] })).toEqual([]);
    expect(await generateGreedy(model, adapter, [[1]], { maxNewTokens: 0, endTokens: [] })).toEqual([
      { tokens: [], finished: false },
    ]);
    expect(runtime.sessionRuns).toBe(before);
  });
});
