/** Ends a run that another one is to replace. */
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';

/** How long a run may take to stop by itself: its activities stop at their next batch. */
const PATIENCE_MS = 15_000;

/** Cancels a run and waits for its end; one that has no worker, or cannot continue, does not react and is terminated. */
export async function endRun(handle: WorkflowHandle): Promise<void> {
  await handle.cancel();
  const waiting = new AbortController();
  const ended = handle.result().then(
    () => true,
    () => true, // however it ends, it has ended
  );
  const isOver = await Promise.race([ended, delay(PATIENCE_MS, false, { signal: waiting.signal })]);
  if (isOver) {
    waiting.abort();
  } else {
    await handle.terminate('replaced by a new run; it did not stop on its own');
    await ended;
  }
}
