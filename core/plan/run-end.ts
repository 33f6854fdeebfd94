/** How a run ended that has no report, and why: what its record in the store keeps, so that it outlives the server's history. */

/** Why a run, or a part of it, failed; of bounded length. */
export interface FailureReason {
  /** What failed, in words: `answers of base to gsm`, `point 17 (a = 0.4)`; empty: the run as a whole. */
  readonly what: string;
  readonly code: string;
  readonly message: string;
  /** What to do; may be empty. */
  readonly hint: string;
  /** The machine that it failed on, where that is known. */
  readonly host?: string;
}

/** The end of a run without a report. */
export interface RunEnd {
  readonly state: 'failed' | 'cancelled';
  /** ISO 8601. */
  readonly endedAt: string;
  /** The first so many. */
  readonly reasons: readonly FailureReason[];
  /** How many failures there were in all. */
  readonly failures: number;
}

/** Most reasons that are kept, and the longest message: they cross Temporal, and are part of a run's record. */
export const MOST_REASONS = 50;
const MESSAGE_LENGTH = 600;

/** A message of bounded length. */
export function shortMessage(message: string, most = MESSAGE_LENGTH): string {
  return message.length <= most ? message : `${message.slice(0, most - 1)}…`;
}

/** `answers of base to gsm on worker-2: MODEL_INVALID no such file`: one line for people, without the hint. */
export function reasonLine({ what, code, message, host }: FailureReason): string {
  const place = host === undefined ? '' : ` on ${host}`;
  return what === '' ? `${code}${place}: ${message}` : `${what}${place}: ${code} ${message}`;
}
