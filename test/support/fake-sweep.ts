/** Activities of a sweep that do what a test says, over a made-up store: for tests of the workflow alone. */
import type { Client, WorkflowHandleWithFirstExecutionRunId, WorkflowStartOptions } from '@temporalio/client';
import { activityInfo, Context } from '@temporalio/activity';
import { digestOf } from '../../core/digest.js';
import type { BestPoint, PointFailure } from '../../core/sweep/types.js';
import type { PointsOutcome, SweepActivities, SweepInput, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { OutlineNode } from '../../core/plan/schedule.js';
import { betterPoint } from '../../core/sweep/best.js';
import type { runSweep } from '../../workflows/run-sweep.js';
import { FakeActivities } from './fake-activities.js';
import { runInput } from './recipe-workers.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Input of `runPoints`. */
export type SliceCall = Parameters<SweepActivities['runPoints']>[0];

/** A plan that nobody reads; its name tells plans apart. */
export function planRef(name: string): ArtifactRef {
  return { digest: digestOf(name), sizeBytes: 4 };
}

/** Input of a sweep of the plan `plan`. */
export function sweepInput(name: string, concurrency = 4, evaluates = true): SweepInput {
  return { ...runInput(name, concurrency), plan: planRef('plan'), evaluates };
}

/** Starts the workflow under its name. */
export function startSweep(
  client: Client,
  input: SweepInput,
  options: Pick<WorkflowStartOptions, 'workflowTaskTimeout' | 'memo'> = {},
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof runSweep>> {
  return client.workflow.start<typeof runSweep>('runSweep', {
    ...options,
    workflowId: input.name,
    taskQueue: input.queues.control,
    args: [input],
  });
}

/** What a point gives: something that follows from its index alone. A third of the points meets the constraints. */
export function pointOf(index: number): BestPoint {
  const value = ((index * 7919) % 2003) / 2003;
  const feasible = index % 3 === 0;
  return {
    index,
    values: [{ name: 'a', value: String(index) }],
    metric: 'quality.mean',
    value,
    feasible,
    sortedBy: [feasible ? 0 : 1, -value],
  };
}

/** A sweep over a made-up store; points have the index of their place, counted through all batches. */
export class FakeSweep extends FakeActivities implements SweepActivities {
  /** Sizes of the batches by digest of the plan. */
  readonly plans: ReadonlyMap<string, readonly number[]>;
  /** Points in the store. */
  readonly stored = new Set<number>();
  /** Points in the order of their evaluation; a second time would be a waste. */
  readonly evaluated: number[] = [];
  /** Points that cannot be evaluated. */
  readonly failing = new Set<number>();
  readonly slices: SliceCall[] = [];
  /** Queues that slices came from. */
  readonly sliceQueues = new Set<string>();
  readonly batches: number[] = [];
  readonly choices: Parameters<SweepActivities['choosePoints']>[0][] = [];
  mostSlices = 0;
  /** Points that one activity gets done within its time. */
  perSlice = 256;
  #slicesUnderWay = 0;

  constructor(
    batches: Readonly<Record<string, readonly number[]>>,
    outlines: { readonly nodes?: readonly OutlineNode[]; readonly chosen?: readonly OutlineNode[] } = {},
  ) {
    super(outlines.nodes ?? []);
    this.plans = new Map(Object.entries(batches).map(([name, sizes]) => [planRef(name).digest, sizes]));
    this.chosen = outlines.chosen ?? [];
  }

  readonly chosen: readonly OutlineNode[];

  /** Runs before the points of a slice; may be replaced by a test, wait, or throw. */
  before: (call: SliceCall, attempt: number) => void | Promise<void> = () => undefined;

  /** Runs after each point that was evaluated and stored; may be replaced by a test, wait, or throw. */
  after: (index: number, attempt: number) => void | Promise<void> = () => undefined;

  openBatch: SweepActivities['openBatch'] = ({ plan, batch }) => {
    const sizes = this.#sizes(plan);
    const points = sizes[batch];
    this.batches.push(batch);
    return Promise.resolve(
      points === undefined ? null : { points, expected: sizes.reduce((sum, size) => sum + size, 0) },
    );
  };

  runPoints: SweepActivities['runPoints'] = async (call) => {
    const { attempt, taskQueue } = activityInfo();
    this.slices.push(call);
    this.sliceQueues.add(taskQueue);
    this.#slicesUnderWay++;
    this.mostSlices = Math.max(this.mostSlices, this.#slicesUnderWay);
    try {
      Context.current().heartbeat();
      await this.before(call, attempt);
      return await this.#runSlice(call, attempt);
    } finally {
      this.#slicesUnderWay--;
    }
  };

  choosePoints: SweepActivities['choosePoints'] = (call) => {
    this.choices.push(call);
    return Promise.resolve({ plan: planRef('chosen'), nodes: this.chosen });
  };

  async #runSlice({ plan, batch, from, to }: SliceCall, attempt: number): Promise<PointsOutcome> {
    const first = this.#sizes(plan)
      .slice(0, batch)
      .reduce((sum, size) => sum + size, 0);
    const next = Math.min(to, from + this.perSlice);
    let [reused, best] = [0, null as BestPoint | null];
    const failures: PointFailure[] = [];
    for (let place = from; place < next; place++) {
      const index = first + place;
      if (this.failing.has(index)) {
        failures.push({ index, values: [], code: 'OVERFLOW', message: `point ${String(index)} is infinite` });
        continue;
      }
      if (this.stored.has(index)) {
        reused++;
      } else {
        this.evaluated.push(index);
        this.stored.add(index);
        await this.after(index, attempt);
      }
      best = betterPoint(best, pointOf(index));
    }
    return { next, done: next - from - failures.length, reused, failures, best };
  }

  #sizes(plan: ArtifactRef): readonly number[] {
    return this.plans.get(plan.digest) ?? [];
  }
}

/** What a sweep came to, without what depends on who was killed when. */
export function resultOf({ counts, failures, best }: SweepProgressAnswer): unknown {
  return { total: counts.total, done: counts.done, failed: counts.failed, failures, best };
}
