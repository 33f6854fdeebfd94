/** Many small reads of a store: a few at a time, in order. */

/** How many reads are under way at a time: enough to hide a bucket's answer time. */
const AT_A_TIME = 32;

/**
 * Maps in order, a few at a time.
 *
 * @param onDone - told how many are done
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  onDone: (done: number) => void = () => undefined,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(work))));
    onDone(results.length);
    await new Promise(setImmediate); // what is planned and parsed on the way is work: let heartbeats through
  }
  return results;
}
