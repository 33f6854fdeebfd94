/** What token sequences begin with alike: it is computed once. */

/** Number of leading tokens that all sequences have in common; 0 of none. */
export function commonPrefixLength(sequences: readonly (readonly number[])[]): number {
  const [first = [], ...others] = sequences;
  let length = first.length;
  for (const other of others) {
    let i = 0;
    while (i < length && other[i] === first[i]) {
      i++;
    }
    length = i;
  }
  return length;
}
