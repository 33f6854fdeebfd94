/** Runs sweeps as their workflow does, activity by activity, over the demo's adapters with a fake engine. */
import { finishRun } from '../../activities/finish-run.js';
import { openPlan } from '../../activities/open-plan.js';
import { choosePoints } from '../../activities/sweep/choose-points.js';
import { openBatch } from '../../activities/sweep/open-batch.js';
import { runPoints } from '../../activities/sweep/run-points.js';
import type { SweepRun } from '../../activities/sweep/sweep-facts.js';
import { betterPoint } from '../../core/sweep/best.js';
import type { PointFailure, BestPoint } from '../../core/sweep/types.js';
import type { Plan, PlanOf } from '../../core/plan/types.js';
import { planOfKind } from '../support/plan-of-kind.js';
import type { RunReport } from '../../report/types.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import { type Bench, demo } from './bench.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

export const RUN_ID = 'run-1';

/** A sweep over the demo; keys may be replaced. */
export function sweepText(more: Readonly<Record<string, string>> = {}): string {
  const keys = {
    chain: '"[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)"',
    over: '{ a: [0.4, 0.8, 1.2], b: [1, 2] }',
    objective: '{ maximize: gsm.no-number, subject-to: ["gsm.accuracy <= 2 * expert"] }',
    evaluate: `{ with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 40 }] }`,
    compare: '{ draws: 100 }',
    ...more,
  };
  return `version: 1
kind: sweep
name: test
base: ${demo('base')}
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}", tox⁻: "${demo('adapters/tox-')}" }
${Object.entries(keys)
  .map(([key, value]) => `${key}: ${value}`)
  .join('\n')}
`;
}

/** What became of a sweep's points. */
export interface SearchOutcome {
  readonly batches: number;
  readonly done: number;
  readonly reused: number;
  readonly failures: readonly PointFailure[];
  readonly best: BestPoint | null;
}

/** A sweep under way. */
export class SweepDriver {
  readonly bench: Bench;
  readonly plan: PlanOf<'sweep'>;
  readonly ref: ArtifactRef;

  private constructor(bench: Bench, plan: PlanOf<'sweep'>, ref: ArtifactRef) {
    this.bench = bench;
    this.plan = plan;
    this.ref = ref;
  }

  /** Plans a sweep and runs the nodes of its references. */
  static async open(bench: Bench, text = sweepText()): Promise<SweepDriver> {
    const plan = planOfKind('sweep', await bench.plan(text));
    const ref = await jsonArtifact(bench.store, plan);
    await openPlan(bench.context, { name: plan.name, plan: ref }, RUN_ID);
    await bench.runAll(plan);
    return new SweepDriver(bench, plan, ref);
  }

  /** The same bench with another plan. */
  with(plan: PlanOf<'sweep'>, ref: ArtifactRef): SweepDriver {
    return new SweepDriver(this.bench, plan, ref);
  }

  /** What activities are given. */
  run(options: Partial<SweepRun> = {}): SweepRun {
    const signal = new AbortController().signal;
    return { context: this.bench.context, signal, onProgress: () => undefined, crashes: new Map(), ...options };
  }

  openBatch(batch: number): ReturnType<typeof openBatch> {
    return openBatch(this.run(), { name: this.plan.name, runId: RUN_ID, plan: this.ref, batch });
  }

  runPoints(batch: number, from: number, to: number, budgetMs = Infinity): ReturnType<typeof runPoints> {
    return runPoints(this.run(), { plan: this.ref, batch, from, to, budgetMs });
  }

  /** All batches, in slices of so many points. */
  async search(slice = 4): Promise<SearchOutcome> {
    let outcome: SearchOutcome = { batches: 0, done: 0, reused: 0, failures: [], best: null };
    for (;;) {
      const opened = await this.openBatch(outcome.batches);
      if (opened === null) {
        return outcome;
      }
      for (let from = 0; from < opened.points;) {
        const part = await this.runPoints(outcome.batches, from, Math.min(opened.points, from + slice));
        from = part.next;
        outcome = {
          ...outcome,
          done: outcome.done + part.done,
          reused: outcome.reused + part.reused,
          failures: [...outcome.failures, ...part.failures],
          best: betterPoint(outcome.best, part.best),
        };
      }
      outcome = { ...outcome, batches: outcome.batches + 1 };
    }
  }

  /** Chooses, runs what is left to do, and gives the report; `computed` are the nodes that were not in the store. */
  async finish({ batches, failures }: SearchOutcome): Promise<{
    readonly report: RunReport;
    readonly last: Plan;
    readonly computed: readonly string[];
  }> {
    const { bench, plan, ref } = this;
    const { name } = plan;
    const chosen = await choosePoints(this.run(), { name, runId: RUN_ID, plan: ref, batches, failures });
    const last = await readJsonArtifact<Plan>(bench.store, chosen.plan);
    const computed = await bench.runAll(last);
    const finishing = { name, plan: chosen.plan, reused: [], startedAt: '2026-01-01T00:00:00.000Z' };
    const { report } = await finishRun(bench.context, finishing, RUN_ID);
    return { report: await readJsonArtifact<RunReport>(bench.store, report), last, computed };
  }
}
