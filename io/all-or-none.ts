/** Promises that share something which may go when the first of them fails. */

/** What all give, or the first one's error, in their order; none of them is under way any more then. */
export async function allOrNone<const All extends readonly Promise<unknown>[]>(
  ...all: All
): Promise<{ -readonly [place in keyof All]: Awaited<All[place]> }> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
