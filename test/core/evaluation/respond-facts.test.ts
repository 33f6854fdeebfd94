import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { readRespondSummary, respondSummary } from '../../../core/evaluation/respond-facts.js';
import { nodeRecordToJson } from '../../../io/store/node-record.js';

/** A token is a letter; 1 is BOS. */
const decode = (tokens: readonly number[]): string =>
  tokens.map((id) => (id === 1 ? '<s>' : String.fromCodePoint(96 + (id % 27)))).join('');
const ON = { device: 'cpu', threads: '2' };

describe('the facts of a respond node', () => {
  it('come back from the summary as they were', () => {
    const prompt = { prefixTokens: [1], firstPrompt: [1, 2, 3] };
    expect(readRespondSummary(respondSummary({ prompt, halvedBatches: 2 }, decode, ON))).toEqual({
      prompt: { prefixTokens: [1], prefixText: '<s>', firstPrompt: { tokens: 3, ids: [1, 2, 3], text: '<s>bc' } },
      halvedBatches: 2,
      environment: ON,
    });
  });

  it('fit into a record however long the first prompt is, and keep its beginning and its end', () => {
    const firstPrompt = [1, ...Array.from({ length: 131_071 }, (_, place) => 100_000 + place)];
    const summary = respondSummary({ prompt: { prefixTokens: [1], firstPrompt }, halvedBatches: 0 }, decode, ON);
    const record = { key: digestOf('k'), kind: 'respond', artifacts: {}, summary, createdAt: '' };
    expect(nodeRecordToJson(record)).toMatchObject({ summary: { firstPromptTokens: 131_072 } });
    const whole = decode(firstPrompt);
    const { tokens, ids, text } = readRespondSummary(summary)?.prompt.firstPrompt ?? {};
    expect([tokens, ids]).toEqual([131_072, firstPrompt.slice(0, 256)]);
    expect(text).toBe(`${whole.slice(0, 400)} […${String(whole.length - 600)} characters…] ${whole.slice(-200)}`);
  });

  it('are read from records of older runs, which have token ids alone, and from no others', () => {
    expect(readRespondSummary({ halvedBatches: 0, prefixTokens: [1], firstPrompt: [1, 2] })).toEqual({
      prompt: { prefixTokens: [1], prefixText: null, firstPrompt: { tokens: 2, ids: [1, 2], text: null } },
      halvedBatches: 0,
      environment: null,
    });
    expect(readRespondSummary({})).toBeUndefined();
    expect(readRespondSummary({ prefixTokens: ['a'], firstPrompt: 7 })).toBeUndefined();
  });
});
