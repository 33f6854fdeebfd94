/** What else a figure depends on: stands below all of them. */
import { availableParallelism, loadavg } from 'node:os';

/** Threads that the process may use, and the machine's load over the last minute. */
export function machine(): { readonly threads: number; readonly load: number } {
  return { threads: availableParallelism(), load: loadavg()[0] ?? NaN };
}

/** The same as the last line of a bench. */
export function machineLine(): string {
  const { threads, load } = machine();
  return `threads ${String(threads)}, load average ${load.toFixed(1)}`;
}
