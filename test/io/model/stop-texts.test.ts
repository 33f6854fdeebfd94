/** Stop texts through the inference child, which decodes by the model's own tokenizer. */
import { afterAll, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { cutAtStop } from '../../../core/evaluation/stop-texts.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import { BASE, demo } from './support.js';

const engine = createInferenceEngine({ threads: 2 });
afterAll(() => engine.close());

it('end rows early, each by its own text, and give what cutting whole answers gives, in any batch', async () => {
  const folder = demo('base');
  await engine.openModel({ folder, digest: digestOf(folder) });
  const tokenizer = await openTokenizer(folder);
  const decode = (tokens: readonly number[]): string => tokenizer.decode(tokens);
  const prompts = ['How many pears are left?', 'Name a colour.', 'Tell me, what is bread?', 'Say something nice.'].map(
    (text) => tokenizer.encode(`<|user|>\n${text}\n<|assistant|>\n`, { specialTokens: true }),
  );
  const options = { maxNewTokens: 24, endTokens: tokenizer.endTokens };
  const whole = await engine.generate(BASE, prompts, options);
  const longest = whole.map(({ tokens }) => decode(tokens)).sort((a, b) => b.length - a.length)[0] ?? '';
  const stop = [longest.slice(4, 7)];
  const stopped = await engine.generate(BASE, prompts, { ...options, stop });
  expect(stopped.some(({ tokens }, i) => tokens.length < (whole[i]?.tokens.length ?? 0))).toBe(true);
  for (const [i, row] of stopped.entries()) {
    const cut = cutAtStop(whole[i] ?? { tokens: [], finished: false }, stop, decode);
    expect(cutAtStop(row, stop, decode)).toEqual(cut);
    expect(row.tokens).toEqual(cut.tokens);
    const [alone] = await engine.generate(BASE, prompts.slice(i, i + 1), { ...options, stop });
    expect(alone).toEqual(row);
  }
});
