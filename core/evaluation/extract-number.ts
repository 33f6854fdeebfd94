/** The number that a worked solution ends in. */

/** An integer or decimal, with thousands commas or without. */
const NUMBER = String.raw`-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`;
const AFTER_MARK = new RegExp(String.raw`####\s*\$?\s*(${NUMBER})`, 'g');
const ANYWHERE = new RegExp(NUMBER, 'g');

/**
 * The number after the last `####` that has one, else the last number of the text, normalised: thousands commas, leading
 * zeros and trailing zeros of the fraction are removed, so that `1,018.00` and `1018` are one number. Undefined when the
 * text has no number.
 */
export function extractNumber(text: string): string | undefined {
  const marked = [...text.matchAll(AFTER_MARK)].at(-1)?.[1];
  const found = marked ?? text.match(ANYWHERE)?.at(-1);
  return found === undefined ? undefined : normalizeNumber(found);
}

/** Text, not a float: an answer of twenty digits must not equal its neighbour. */
function normalizeNumber(number: string): string {
  const negative = number.startsWith('-');
  const [whole = '', fraction = ''] = number.replace('-', '').replaceAll(',', '').split('.');
  const digits = whole.replace(/^0+(?=\d)/, '');
  const decimals = fraction.replace(/0+$/, '');
  const size = decimals === '' ? digits : `${digits}.${decimals}`;
  return negative && size !== '0' ? `-${size}` : size;
}
