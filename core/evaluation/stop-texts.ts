/** Where answers end by stop texts. Text is decided here, from the tokens of one answer alone: never by batches or engines. */

/** Text of token ids. */
type Decode = (tokens: readonly number[]) => string;

/** Tokens at the end of an answer that are looked at beyond the length of the longest stop text: special ones have no text. */
const SLACK_TOKENS = 8;

/** An answer as it counts. */
export interface StoppedAnswer {
  /** Up to the token that completes the stop text. */
  readonly tokens: readonly number[];
  /** What is before the first stop text. */
  readonly text: string;
  readonly finished: boolean;
}

/**
 * An answer, cut at its first stop text. The engine may have gone on beyond it: the result is the same.
 *
 * @param answer - generated tokens, and whether an end token came
 */
export function cutAtStop(
  answer: { readonly tokens: readonly number[]; readonly finished: boolean },
  stop: readonly string[],
  decode: Decode,
): StoppedAnswer {
  let { tokens } = answer;
  let text = decode(tokens);
  if (firstStop(text, stop) === undefined) {
    return { tokens, text, finished: answer.finished };
  }
  for (;;) {
    const shorter = tokens.slice(0, -1);
    const before = decode(shorter);
    if (firstStop(before, stop) === undefined) {
      return { tokens, text: text.slice(0, firstStop(text, stop)), finished: true };
    }
    [tokens, text] = [shorter, before];
  }
}

/**
 * For an engine, after every token: whether an answer so far has a stop text, so that going on would be in vain. Looks at the end
 * of the answer first, since decoding all of it after every token takes long.
 */
export function stopWatch(stop: readonly string[], decode: Decode): (tokens: readonly number[]) => boolean {
  // a token that has a text has at least one byte of it
  const tail = Math.max(0, ...stop.map((text) => new TextEncoder().encode(text).length)) + SLACK_TOKENS;
  return (tokens) =>
    firstStop(decode(tokens.slice(-tail)), stop) !== undefined &&
    (tokens.length <= tail || firstStop(decode(tokens), stop) !== undefined);
}

/** Where the first stop text of a text begins. */
function firstStop(text: string, stop: readonly string[]): number | undefined {
  const places = stop.map((one) => text.indexOf(one)).filter((place) => place !== -1);
  return places.length === 0 ? undefined : Math.min(...places);
}
