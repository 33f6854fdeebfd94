/** Ends a search: chooses among all its points, puts its part of the report together, and plans what is left to do. */
import { buildChosenPlan, choosePlanSteps } from '../../core/lower/chosen-points.js';
import type { PlanOutline, RunId } from '../../core/plan/run-types.js';
import { RecentMap } from '../../core/recent-map.js';
import { choosePoint } from '../../core/sweep/choose.js';
import { sweepColumns } from '../../core/sweep/report.js';
import type { FinishedPoint, PointFailure, SweepChoice, SweepReport } from '../../core/sweep/types.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { putRunRecord } from '../run-record.js';
import { readPoints } from './batch-points.js';
import { choiceStability } from './stability.js';
import { sweepFacts, type SweepRun } from './sweep-facts.js';
import type { SweepFacts } from './kept.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/**
 * Chooses on one half of the examples; the plan returned compares the chosen points on the other one, and writes adapters.
 *
 * @param input.failures - failures that the workflow knows of; those of points that the store has by now are left out
 * @throws OminusError `INPUT_LOST` when an evaluation of a reference candidate is gone
 */
export async function choosePoints(
  run: SweepRun,
  input: {
    readonly name: string;
    readonly runId: RunId;
    readonly plan: ArtifactRef;
    readonly batches: number;
    readonly failures: readonly PointFailure[];
  },
): Promise<PlanOutline & { readonly plan: ArtifactRef }> {
  const { context } = run;
  const facts = await sweepFacts(run, input.plan);
  const { plan, sweep, chain, references } = facts;
  // what the store has, not what is remembered of it: the report names what is there
  const { finished: all, missing } = await readPoints(run, { ...facts, batches: new RecentMap(0) }, input.batches);
  const finished = all.filter(({ samples }) => samples === undefined).toSorted((a, b) => a.index - b.index);
  const choice = await choose(run, facts, finished);
  const chosen = choosePlanSteps(plan, finished, choice);
  const report: SweepReport = {
    // the ids of a half are in the plan; a report needs their number alone
    plan: sweep.split === undefined ? sweep : { ...sweep, split: { ...sweep.split, choose: {} } },
    points: sweepColumns(sweep, finished),
    references,
    baseline: plan.baseline,
    choice,
    steps: chosen.steps,
    failures: input.failures.filter(({ index }) => missing.has(index)).toSorted((a, b) => a.index - b.index),
    counts: { points: finished.length, failed: missing.size, smaller: all.length - finished.length },
  };
  const stored = await jsonArtifact(context.store, report);
  const last = buildChosenPlan({ plan, chain, finished, report: stored }, chosen);
  const planRef = await jsonArtifact(context.store, last);
  const { name, runId } = input;
  await putRunRecord(context, { name, runId, plan: last, planRef, state: 'running', report: undefined });
  return { plan: planRef, nodes: last.nodes.map(({ id, kind, dependsOn }) => ({ id, kind, dependsOn })) };
}

async function choose(run: SweepRun, facts: SweepFacts, finished: readonly FinishedPoint[]): Promise<SweepChoice> {
  const choice = choosePoint(finished, facts.sweep.objective, facts.references);
  const { recommended } = choice;
  return recommended === null
    ? choice
    : { ...choice, stability: await choiceStability(run, facts, finished, recommended) };
}
