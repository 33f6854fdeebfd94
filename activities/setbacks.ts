/**
 * What an activity ran into, over all of its attempts. It travels in the heartbeats: the next attempt is given the last one, on
 * whichever worker it runs.
 */
import { errorCode } from '../core/errors.js';

/** Counted by whoever meets them. */
export interface Setbacks {
  /** How often the inference process ended while it worked on a point, by the point's index. */
  readonly crashes: Map<number, number>;
  /** How often an attempt ended because memory was short. */
  outOfMemory: number;
}

/** Setbacks as they lie in a heartbeat; what did not happen is left out. */
export interface SetbacksJson {
  readonly crashes?: Readonly<Record<string, number>>;
  readonly outOfMemory?: number;
}

/** How often an activity is tried that runs out of memory: others may free some, but a model too large stays too large. */
const MOST_OUT_OF_MEMORY = 5;

/** Setbacks of the attempts before, from the details of the last heartbeat. */
export function setbacksFrom(details: unknown): Setbacks {
  const { setbacks = {} } = (details ?? {}) as { readonly setbacks?: SetbacksJson }; // written by the same build: queues carry its id
  const crashes = Object.entries(setbacks.crashes ?? {}).map(([index, count]) => [Number(index), count] as const);
  return { crashes: new Map(crashes), outOfMemory: setbacks.outOfMemory ?? 0 };
}

/** For a heartbeat; undefined when there were none. */
export function setbacksJson({ crashes, outOfMemory }: Setbacks): SetbacksJson | undefined {
  return crashes.size === 0 && outOfMemory === 0
    ? undefined
    : {
        ...(crashes.size === 0 ? {} : { crashes: Object.fromEntries(crashes) }),
        ...(outOfMemory === 0 ? {} : { outOfMemory }),
      };
}

/** Counts what ended an attempt; tells whether another attempt is of no use, whatever the code's own rule is. */
export function isTriedOften(setbacks: Setbacks, error: unknown): boolean {
  if (errorCode(error) !== 'OUT_OF_MEMORY') {
    return false;
  }
  setbacks.outOfMemory++;
  return setbacks.outOfMemory >= MOST_OUT_OF_MEMORY;
}
