import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtStop, stopWatch } from '../../../core/evaluation/stop-texts.js';

/** One token per byte, as the bytes of a byte-level tokenizer: a letter may be cut in two. */
const encode = (text: string): number[] => [...new TextEncoder().encode(text)];
const decode = (tokens: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(tokens));

describe('cutAtStop', () => {
  it('leaves an answer without a stop text as it is', () => {
    const tokens = encode('an answer');
    expect(cutAtStop({ tokens, finished: false }, [], decode)).toEqual({ tokens, text: 'an answer', finished: false });
    expect(cutAtStop({ tokens, finished: true }, ['Q:'], decode)).toEqual({
      tokens,
      text: 'an answer',
      finished: true,
    });
  });

  it('keeps what comes before the first stop text, and counts the answer as finished', () => {
    const answer = { tokens: encode('4 apples.\n\nQ: and pears?\n\n'), finished: false };
    const cut = cutAtStop(answer, ['Q:', '\n\n'], decode);
    expect(cut).toEqual({ tokens: encode('4 apples.\n\n'), text: '4 apples.', finished: true });
  });

  it('gives the same whether the engine stopped at once or went on, and a watch stops just there', () => {
    const letter = fc.constantFrom('a', 'b', ' ', '\n', 'é', '日');
    const text = fc.array(letter, { maxLength: 30 }).map((letters) => letters.join(''));
    const stops = fc.array(
      fc.array(letter, { minLength: 1, maxLength: 3 }).map((letters) => letters.join('')),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      fc.property(text, stops, (written, stop) => {
        const tokens = encode(written);
        const watch = stopWatch(stop, decode);
        const at = tokens.findIndex((_, index) => watch(tokens.slice(0, index + 1)));
        const whole = cutAtStop({ tokens, finished: false }, stop, decode);
        expect(whole.finished).toBe(at !== -1);
        expect(whole.tokens).toEqual(at === -1 ? tokens : tokens.slice(0, at + 1));
        expect(stop.some((one) => whole.text.includes(one))).toBe(false);
        expect(written.startsWith(whole.text)).toBe(true);
        const early = tokens.slice(0, whole.tokens.length + 2);
        expect(cutAtStop({ tokens: early, finished: false }, stop, decode)).toEqual(whole);
      }),
    );
  });
});
