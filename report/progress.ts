/** Progress of a run as plain data: the workflow's query and the activities' heartbeats give it, the command line draws it. */
import type { NodeState } from '../core/plan/schedule.js';
import type { BestPoint } from '../core/sweep/types.js';
import type { SweepProgressAnswer } from '../core/plan/run-types.js';

/** One node of the plan. */
export interface NodeProgress {
  readonly id: string;
  readonly kind: string;
  /** What it does, for people: `toxicity of both`. */
  readonly title: string;
  readonly state: NodeState;
  /** Units that are finished, and all of them. */
  readonly done?: number;
  readonly total?: number;
  /** Units per second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Why it failed, or what it waits for; one line. */
  readonly message?: string;
}

/** Work that failed and is tried again: the store may be away, or its worker has died. Or work that has not been begun. */
export interface Trouble {
  /** A node's id, or a name of other work. */
  readonly id: string;
  /** What it does, for people: `answers of base to gsm`. */
  readonly title: string;
  /** Attempts so far; 0 where none was begun. */
  readonly attempt: number;
  /** What kind of failure the last one was: a code of ours where it has one. */
  readonly code: string;
  /** Why it failed; one line. */
  readonly message: string;
  /** The machine that it failed on, where that is known. */
  readonly host?: string;
}

/** The whole run. Nodes stand in the plan's order. */
export interface RunProgress {
  readonly name: string;
  readonly runId: string;
  readonly state: 'running' | 'paused' | 'finished' | 'failed' | 'cancelled';
  readonly nodes: readonly NodeProgress[];
  /** Of a run without points, as far as its pace tells. */
  readonly secondsLeft?: number;
  /** Absent where there is none. */
  readonly troubles?: readonly Trouble[];
  readonly sweep?: SweepProgress;
}

/** How far the points of a sweep are. */
export interface SweepProgress {
  readonly phase: SweepProgressAnswer['state'];
  /** Evaluated, or found in the store. */
  readonly done: number;
  readonly reused: number;
  readonly failed: number;
  /** How many points there will be, as far as that is known. */
  readonly total: number;
  /** Slices that may be under way at a time, and points that are handed out. */
  readonly concurrency: number;
  readonly running: number;
  readonly best: BestPoint | null;
  /** Points evaluated per second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
}

/** A change worth a line: the run's state, or one node's. */
export type ProgressEvent =
  | { readonly event: 'run'; readonly name: string; readonly runId: string; readonly state: RunProgress['state'] }
  | {
      readonly event: 'node';
      readonly node: NodeProgress;
      /** Nodes that are done or reused, and all of them, when this event was made. */
      readonly finished: number;
      readonly total: number;
    }
  | ({ readonly event: 'trouble' } & Trouble)
  | ({ readonly event: 'sweep' } & SweepProgress);

/** Numbers of nodes by state. */
export interface ProgressCounts {
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly reused: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts nodes by state. */
export function countNodes(progress: RunProgress): ProgressCounts {
  const counts = { total: progress.nodes.length, waiting: 0, running: 0, done: 0, reused: 0, failed: 0, skipped: 0 };
  for (const node of progress.nodes) {
    counts[node.state]++;
  }
  return counts;
}

/**
 * What changed between two looks at one run: every node whose state changed, in the plan's order, troubles of a new kind, then the
 * run's state. The first look has no `previous`; nodes that wait are no news then.
 */
export function progressEvents(previous: RunProgress | undefined, next: RunProgress): readonly ProgressEvent[] {
  const before = new Map(previous?.nodes.map((node) => [node.id, node.state]));
  const run: ProgressEvent = { event: 'run', name: next.name, runId: next.runId, state: next.state };
  const { done, reused, total } = countNodes(next);
  const changed = next.nodes
    .filter((node) => node.state !== (before.get(node.id) ?? 'waiting'))
    .map((node): ProgressEvent => ({ event: 'node', node, finished: done + reused, total }));
  const sweep: ProgressEvent[] =
    next.sweep !== undefined && isNews(previous?.sweep, next.sweep) ? [{ event: 'sweep', ...next.sweep }] : [];
  const known = new Set(previous?.troubles?.map(kindOf));
  const troubles = (next.troubles ?? [])
    .filter((trouble) => !known.has(kindOf(trouble)))
    .map((trouble): ProgressEvent => ({ event: 'trouble', ...trouble }));
  if (previous === undefined) {
    return [run, ...changed, ...troubles, ...sweep];
  }
  return [...changed, ...troubles, ...sweep, ...(previous.state === next.state ? [] : [run])];
}

/** Another attempt that fails alike is no news. */
function kindOf({ id, code }: Trouble): string {
  return `${id}\n${code}`;
}

/** Sweeps go on for days: another percent is worth a line, another point is not. */
function isNews(before: SweepProgress | undefined, now: SweepProgress): boolean {
  return (
    before === undefined ||
    before.phase !== now.phase ||
    before.failed !== now.failed ||
    before.total !== now.total ||
    before.concurrency !== now.concurrency ||
    before.best?.index !== now.best?.index ||
    percent(before) !== percent(now)
  );
}

function percent({ done, failed, total }: SweepProgress): number {
  return total === 0 ? 0 : Math.floor((100 * (done + failed)) / total);
}
