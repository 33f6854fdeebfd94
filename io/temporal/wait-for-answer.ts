/** Waits for a server that may be slow: as long as its process lives, a busy machine is the likelier reason. */
import { setTimeout as delay } from 'node:timers/promises';

/** How long a process that lives may stay silent. */
export const PATIENCE_MINUTES = 10;
const PATIENCE_MS = PATIENCE_MINUTES * 60_000;
/** A start takes one second on an idle machine. */
const SLOW_MS = 5_000;
/** On a busy machine even a connection takes seconds, so that every try waits longer than the one before. */
const FIRST_TRY_MS = 1_000;
const LONGEST_TRY_MS = 15_000;
const POLL_MS = 50;

/** A server that is waited for. */
export interface SlowServer {
  /** Whether it answers within the time. */
  answers(timeoutMs: number): Promise<boolean>;
  /** Whether its process lives. */
  isAlive(): Promise<boolean>;
  /** Called once, when it takes long. */
  onSlow(): void;
}

/**
 * Waits until the server answers, its process ends, or it has been silent for {@link PATIENCE_MINUTES} minutes.
 *
 * @param now - the clock, in milliseconds
 */
export async function waitForAnswer(
  server: SlowServer,
  now: () => number = Date.now,
): Promise<'answered' | 'ended' | 'silent'> {
  const start = now();
  let isSlow = false;
  for (let tryMs = FIRST_TRY_MS; ; tryMs = Math.min(2 * tryMs, LONGEST_TRY_MS)) {
    if (!(await server.isAlive())) {
      return 'ended';
    }
    if (await server.answers(tryMs)) {
      return 'answered';
    }
    if (now() - start > PATIENCE_MS) {
      return 'silent';
    }
    if (!isSlow && now() - start > SLOW_MS) {
      isSlow = true;
      server.onSlow();
    }
    await delay(POLL_MS);
  }
}
