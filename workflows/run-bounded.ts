/** Many things under way at a time, started in an order that every replay repeats. */

/** What {@link runBounded} works on. */
export interface BoundedWork<T, R> {
  /** How many things may be under way at a time. */
  readonly atMost: number;
  /** Hands out what may be started now: no more than `places` things, chosen by what has ended so far alone. */
  readonly take: (places: number) => readonly T[];
  /** Starts a thing. Returns the promise of its activity itself, not one that is made from it. */
  readonly start: (thing: T) => Promise<R>;
  /** Takes note of how a thing ended; what it throws ends the workflow. */
  readonly ended: (thing: T, end: PromiseSettledResult<R>) => void;
}

/**
 * Runs things until nothing is under way and nothing is handed out any more.
 *
 * How many ends reach a workflow together is not the same in every execution. A worker that is asked a query while it
 * does not have the workflow in memory is given the history as it is then, be it in the middle of a workflow task: it
 * looks at the end of A alone and goes on, and sees the end of B later. Whoever replays the finished history sees A and B
 * together. So a place that becomes free is filled in the turn in which the end is noted, before the next end is looked at.
 * The commands then follow from the order of the ends, which is in the history; waiting for a `Promise.race` of whatever
 * is under way would make them depend on which ends came together.
 */
export async function runBounded<T, R>({ atMost, take, start, ended }: BoundedWork<T, R>): Promise<void> {
  let underWay = 0;
  const fill = async (): Promise<void> => {
    const things = take(atMost - underWay);
    underWay += things.length;
    await Promise.all(things.map(follow));
  };
  const follow = async (thing: T): Promise<void> => {
    let end: PromiseSettledResult<R>;
    try {
      end = { status: 'fulfilled', value: await start(thing) };
    } catch (reason) {
      end = { status: 'rejected', reason };
    }
    underWay--;
    ended(thing, end);
    await fill();
  };
  await fill();
}
