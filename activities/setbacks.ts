/**
 * What an activity ran into, over all of its attempts. It travels in the heartbeats: the next attempt is given the last one, on
 * whichever worker it runs. So each kind of failure has a limit of its own, and a store may be away for days.
 */
import { errorCode, OminusError, type ErrorCode } from '../core/errors.js';

/** Counted by the code that meets them. */
export interface Setbacks {
  /** How often the inference process ended while it worked on a point, by the point's index. */
  readonly crashes: Map<number, number>;
  /** How often an attempt ended, by the error's code. */
  readonly ends: Map<string, number>;
}

/** Setbacks in the form that heartbeats carry; what did not happen is left out. */
export interface SetbacksJson {
  readonly crashes?: Readonly<Record<string, number>>;
  readonly ends?: Readonly<Record<string, number>>;
}

/** How often an attempt may end with most errors that are worth another one. */
const MOST_ENDS = 20;
/** With these, others; Infinity: what is away comes back, and until then nothing is lost by waiting. */
const MOST_ENDS_OF: Partial<Record<ErrorCode, number>> = {
  STORE_UNREACHABLE: Infinity,
  HUB_UNREACHABLE: Infinity,
  SYSTEM_REFUSED: Infinity,
  // another worker has it, or will have it
  SOURCE_MISSING: Infinity,
  // others may free some memory, but a model too large stays too large
  OUT_OF_MEMORY: 5,
  // every attempt goes on where the one before ended
  INFERENCE_CRASHED: 100,
};

/** Setbacks of the attempts before, from the details of the last heartbeat. */
export function setbacksFrom(details: unknown): Setbacks {
  const { setbacks = {} } = (details ?? {}) as { readonly setbacks?: SetbacksJson }; // written by the same build: queues carry its id
  const crashes = Object.entries(setbacks.crashes ?? {}).map(([index, count]) => [Number(index), count] as const);
  return { crashes: new Map(crashes), ends: new Map(Object.entries(setbacks.ends ?? {})) };
}

/** For a heartbeat; undefined when there were none. */
export function setbacksJson({ crashes, ends }: Setbacks): SetbacksJson | undefined {
  return crashes.size === 0 && ends.size === 0
    ? undefined
    : {
        ...(crashes.size === 0 ? {} : { crashes: Object.fromEntries(crashes) }),
        ...(ends.size === 0 ? {} : { ends: Object.fromEntries(ends) }),
      };
}

/** How often attempts may end without a word: their worker was killed, or hung until it was given up. */
const MOST_SILENT_ENDS = 100;

/**
 * Refuses work whose attempts end without a word again and again.
 *
 * @param attempt - of the one that begins, from 1
 * @throws OminusError `INTERNAL`
 */
export function refuseSilentEnds({ ends }: Setbacks, attempt: number): void {
  const told = [...ends.values()].reduce((sum, count) => sum + count, 0);
  const silent = attempt - 1 - told;
  if (silent >= MOST_SILENT_ENDS) {
    throw new OminusError('INTERNAL', {
      message: `${String(silent)} attempts at this work ended without an error: their workers were killed, or hung`,
      hint: "Check the workers' memory and output, then run the same command again.",
    });
  }
}

/** Counts what ended an attempt; tells whether another attempt is of no use, whatever the code's own rule is. */
export function isTriedOften({ ends }: Setbacks, error: unknown): boolean {
  const code = errorCode(error);
  const name = code ?? 'unknown';
  const count = (ends.get(name) ?? 0) + 1;
  ends.set(name, count);
  return count >= ((code === undefined ? undefined : MOST_ENDS_OF[code]) ?? MOST_ENDS);
}
