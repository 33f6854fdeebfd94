/** Turns for other work within a long loop: heartbeats must get through. */

/** Longest stretch without a turn, in milliseconds. */
const SLICE_MS = 20;

/** To be asked after every bit of work: a promise to wait for when it is time for a turn, else undefined. */
export function createPause(): () => Promise<void> | undefined {
  let sliceEnd = performance.now() + SLICE_MS;
  return () =>
    performance.now() <= sliceEnd
      ? undefined
      : new Promise((resolve) => {
          setImmediate(() => {
            sliceEnd = performance.now() + SLICE_MS;
            resolve();
          });
        });
}
