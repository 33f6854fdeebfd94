/** Searches λ: the nodes of its reference candidates, then batches of points in slices, then the nodes of the chosen points. */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunId, RunOutcome, SweepActivities, SweepInput, SweepProgressAnswer } from '../core/plan/run-types.js';
import { Schedule, type OutlineNode } from '../core/plan/schedule.js';
import { LIGHT } from './activity-options.js';
import { progressQuery, sweepProgressQuery } from './messages.js';
import { recordEnd } from './record-end.js';
import { completeNodes, reopenLost, runToReport, type NodesUnderWay } from './run-nodes.js';
import { showPlan, showSweep } from './searchable.js';
import { Lanes } from './sweep/lanes.js';
import { answerRequests } from './sweep/requests.js';
import { runSlice } from './sweep/run-slice.js';
import { allFailed, beginning, fromTheFirstBatch, shareOf, withBatch } from './sweep/state.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

/**
 * The sweep workflow. A point that fails does so alone; only when all have failed the run does. The history is bounded: after
 * some hundred slices the workflow continues as new, with its state alone.
 *
 * @throws ApplicationFailure `RUN_FAILED` when nodes, or all points, failed for good, with the list; else what an activity threw
 */
export async function runSweep(input: SweepInput): Promise<RunOutcome> {
  const sweep = new Sweep(input);
  sweep.answer();
  try {
    const outcome = await sweep.run();
    sweep.end('done');
    return outcome;
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) {
      await sweep.fail(error);
    }
    throw error;
  }
}

/** One execution of a sweep. */
class Sweep {
  readonly #input: SweepInput;
  readonly #light: SweepActivities;
  readonly #lanes: Lanes;
  /** Of the reference candidates, later of the chosen points. */
  #nodes = underWay([]);
  #phase: Exclude<SweepProgressAnswer['state'], 'paused'> = 'preparing';
  /** The plan to begin again with. */
  #again: ArtifactRef | undefined;

  constructor(input: SweepInput) {
    const { plan, concurrency } = input;
    const startedAt = workflowInfo().startTime.toISOString();
    this.#input = input;
    this.#light = proxyActivities<SweepActivities>({ ...LIGHT, taskQueue: input.queues.control });
    this.#lanes = new Lanes(input.state ?? beginning({ plan, concurrency, startedAt }), (state, slice) =>
      runSlice(input, state, slice),
    );
  }

  /** Answers queries and updates from now on. */
  answer(): void {
    setHandler(progressQuery, () => ({
      state:
        this.#phase === 'done' || this.#phase === 'failed' || this.#phase === 'cancelled' ? this.#phase : 'running',
      nodes: this.#nodes.schedule.states(),
      failures: this.#nodes.failures,
    }));
    setHandler(sweepProgressQuery, () => this.#progress());
    answerRequests({
      plan: () => this.#again ?? this.#lanes.state.plan,
      progress: () => this.#progress(),
      change: (change) => {
        this.#lanes.change((state) => ({ ...state, ...change }));
        this.#show();
        this.#lanes.advance();
      },
      extend: (plan, planDigest) => {
        upsertMemo({ plan, planDigest });
        showPlan(this.#input.searchAttributes, planDigest);
        this.#beginAgain(plan);
      },
      retry: () => {
        if (this.#lanes.state.counts.failed > 0) {
          this.#beginAgain(this.#again ?? this.#lanes.state.plan);
        }
      },
    });
  }

  /** Runs to the report, from the given state on. */
  async run(): Promise<RunOutcome> {
    void CancellationScope.current().cancelRequested.catch((error: unknown) => {
      this.#lanes.fail(error);
    });
    for (;;) {
      const outcome = await this.#runOnce();
      await condition(allHandlersFinished);
      const again = this.#again;
      if (again !== undefined) {
        this.#lanes.change((state) => fromTheFirstBatch(state, again));
        this.#again = undefined;
      } else if (outcome === undefined) {
        const { state } = this.#lanes;
        return await continueAsNew<typeof runSweep>({ ...this.#input, plan: state.plan, state });
      } else {
        return outcome;
      }
    }
  }

  /** Shows how it ended. */
  end(state: 'done' | 'failed' | 'cancelled'): void {
    this.#phase = state;
    showSweep(this.#input.searchAttributes, state, shareOf(this.#lanes.state));
  }

  /** Shows that it ended without a report, and has the store note why. */
  async fail(error: unknown): Promise<void> {
    this.end(isCancellation(error) ? 'cancelled' : 'failed');
    const { plan, failures, counts } = this.#lanes.state;
    const { runId } = this.#run();
    const nodes = this.#nodes.failures;
    await recordEnd(this.#input, { plan, runId, nodes, points: failures, failedPoints: counts.failed }, error);
  }

  /** @returns undefined when it is time to begin again, or to continue as new */
  async #runOnce(): Promise<RunOutcome | undefined> {
    const { plan, startedAt } = this.#lanes.state;
    const { name, runId } = this.#run();
    this.#phase = 'preparing';
    this.#nodes = underWay((await this.#light.openPlan({ name, runId, plan })).nodes);
    await completeNodes({ ...this.#input, plan }, this.#nodes);
    this.#phase = 'searching';
    if (!(await this.#search())) {
      return undefined;
    }
    const { batch: batches, counts, failures } = this.#lanes.state;
    if (counts.failed > 0 && counts.done === 0) {
      throw allFailed(this.#lanes.state);
    }
    this.#phase = 'choosing';
    const chosen = await this.#withInputs(() => this.#light.choosePoints({ name, runId, plan, batches, failures }));
    this.#nodes = underWay(chosen.nodes);
    const outcome = await runToReport({ ...this.#input, plan: chosen.plan }, this.#nodes, startedAt, runId);
    return {
      report: outcome.report,
      total: outcome.total + counts.done,
      reused: outcome.reused + counts.reused,
      failedPoints: counts.failed,
    };
  }

  /**
   * Works on batch after batch.
   *
   * @returns whether the search is over; false when it is time to begin again, or to continue as new
   */
  async #search(): Promise<boolean> {
    const lanes = this.#lanes;
    while (!this.#isOutdated() && !lanes.isSpent()) {
      if (lanes.state.pending.length === 0) {
        const { plan, batch } = lanes.state;
        const opened = await this.#withInputs(() => this.#light.openBatch({ ...this.#run(), plan, batch }));
        if (opened === null) {
          await condition(() => !lanes.state.paused || this.#isOutdated());
          return !this.#isOutdated();
        }
        lanes.change((state) => withBatch(state, opened));
        this.#show();
      }
      const failure = await lanes.work();
      if (failure !== undefined) {
        await this.#makeLostInputsAgain(failure.error);
      } else if (lanes.state.pending.length === 0) {
        lanes.change((state) => ({ ...state, batch: state.batch + 1 }));
      }
    }
    return false;
  }

  /** Does something as often as its inputs turn out to be lost. */
  async #withInputs<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await this.#makeLostInputsAgain(error);
      }
    }
  }

  /** If an input of the points was lost its node runs again; whatever else went wrong is thrown. */
  async #makeLostInputsAgain(error: unknown): Promise<void> {
    if (isCancellation(error) || !reopenLost(this.#nodes, error)) {
      throw error;
    }
    await completeNodes({ ...this.#input, plan: this.#lanes.state.plan }, this.#nodes);
  }

  #beginAgain(plan: ArtifactRef): void {
    this.#again = plan;
    this.#lanes.halt();
  }

  /** Whether a fresh start was requested: what is running ends, and nothing is begun. */
  #isOutdated(): boolean {
    return this.#again !== undefined;
  }

  /** Under which all executions of the run are known. */
  #run(): { readonly name: string; readonly runId: RunId } {
    return { name: this.#input.name, runId: workflowInfo().firstExecutionRunId };
  }

  #progress(): SweepProgressAnswer {
    const { counts, expected, failures, best, concurrency, paused } = this.#lanes.state;
    const state = paused && this.#phase === 'searching' ? 'paused' : this.#phase;
    return { state, counts, expected, failures, best, concurrency, paused, running: this.#lanes.running() };
  }

  #show(): void {
    const { state } = this.#lanes;
    showSweep(this.#input.searchAttributes, state.paused ? 'paused' : 'running', shareOf(state));
  }
}

function underWay(nodes: readonly OutlineNode[]): NodesUnderWay {
  return { schedule: new Schedule(nodes), failures: [], reopenings: 0 };
}
