/** What a run without a report has reached: the same report, of the results that are in the store, and marked as partial. */
import { choosePoint } from '../core/sweep/choose.js';
import { sweepColumns } from '../core/sweep/report.js';
import type { FinishedPoint, SweepReport } from '../core/sweep/types.js';
import type { PlanOf } from '../core/plan/types.js';
import type { ArtifactRef } from '../core/artifact-ref.js';
import { errorCode } from '../core/errors.js';
import { currentNode } from '../io/store/made-leaves.js';
import { readJsonArtifact } from '../io/store/json-artifact.js';
import type { ArtifactStore } from '../io/store/types.js';
import { assembleReport } from '../report/assemble/assemble-report.js';
import type { PartialFacts, RunReport } from '../report/types.js';
import { packageRoot } from '../io/files/package-root.js';
import { createLocalContext } from './local-context.js';
import type { NodeRun } from './node-result.js';
import { readPlan } from './read-plan.js';
import { readNodeMaterial } from './run-material.js';
import { keyOfBatch, readPoints } from './sweep/batch-points.js';
import { mapBounded } from './sweep/bounded.js';
import { expectedPoints } from './sweep/open-batch.js';
import { sweepFacts, type SweepRun } from './sweep/sweep-facts.js';

/** The run, and what its server or its record says of it. */
export interface UnfinishedRun {
  readonly plan: ArtifactRef;
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** How it stands; counts of what is done come from the store. */
  readonly facts: Omit<PartialFacts, 'done' | 'total' | 'unit'>;
}

/**
 * Puts together what there is. Reads only: what turns out to be damaged is left to the run.
 *
 * @throws OminusError `ARTIFACT_DAMAGED` when the plan is gone
 */
export async function partialReport(store: ArtifactStore, unfinished: UnfinishedRun): Promise<RunReport> {
  const local = createLocalContext({ store: readOnly(store), device: 'cpu' });
  const { context } = local;
  try {
    const plan = await readPlan(context, unfinished.plan);
    const signal = new AbortController().signal;
    const run: NodeRun = { context, plan, signal, onProgress: () => undefined };
    const material = await readNodeMaterial(run, 'what there is');
    const sweep = plan.specKind === 'sweep' ? await sweepSoFar({ ...run, plan }, unfinished.plan) : undefined;
    const counted =
      sweep === undefined
        ? { ...(await countNodes(run)), unit: 'nodes' as const }
        : { done: sweep.report.counts.points, total: sweep.total, unit: 'points' as const };
    return assembleReport({
      plan,
      runId: unfinished.runId,
      startedAt: unfinished.startedAt,
      finishedAt: unfinished.facts.asOf,
      reused: 0,
      ...material,
      geometry: new Map(),
      versions: { ominus: packageRoot().version, node: process.versions.node },
      ...(sweep === undefined ? {} : { sweep: sweep.report }),
      partial: { ...unfinished.facts, ...counted },
    });
  } finally {
    await local.close();
  }
}

async function countNodes({ context, plan }: NodeRun): Promise<{ readonly done: number; readonly total: number }> {
  const records = await mapBounded(plan.nodes, ({ key }) => currentNode(context.store, key));
  return { done: records.filter((record) => record !== undefined).length, total: plan.nodes.length };
}

interface SweepSoFar {
  readonly report: SweepReport;
  /** How many points there will be. */
  readonly total: number;
}

async function sweepSoFar(
  run: NodeRun & { readonly plan: PlanOf<'sweep'> },
  planRef: ArtifactRef,
): Promise<SweepSoFar> {
  const { plan, context } = run;
  const { sweep } = plan;
  const total = expectedPoints(sweep);
  if (plan.sweepReport !== undefined) {
    return { report: await readJsonArtifact<SweepReport>(context.store, plan.sweepReport), total };
  }
  const base = {
    plan: sweep.split === undefined ? sweep : { ...sweep, split: { ...sweep.split, choose: {} } },
    baseline: plan.baseline,
    steps: [],
    failures: [],
  };
  const found = await pointsSoFar({ ...run, crashes: new Map() }, planRef);
  const finished = found.points.filter(({ samples }) => samples === undefined);
  return {
    report: {
      ...base,
      points: sweepColumns(sweep, finished),
      references: found.references,
      choice: choosePoint(finished, sweep.objective, found.references),
      counts: { points: finished.length, failed: 0, smaller: found.points.length - finished.length },
    },
    total,
  };
}

/** None before the reference candidates are evaluated. */
async function pointsSoFar(
  run: SweepRun,
  planRef: ArtifactRef,
): Promise<{ readonly points: readonly FinishedPoint[]; readonly references: SweepReport['references'] }> {
  try {
    const facts = await sweepFacts(run, planRef);
    let batches = 1;
    if (facts.sweep.search.method === 'optimize') {
      // a batch that is not in the store was not opened yet
      for (batches = 0; (await run.context.store.getNode(keyOfBatch(facts, batches))) !== undefined;) {
        batches++;
      }
    }
    return { points: (await readPoints(run, facts, batches)).finished, references: facts.references };
  } catch (error) {
    if (errorCode(error) === 'INPUT_LOST') {
      return { points: [], references: {} };
    }
    throw error;
  }
}

/** A store that forgets nothing: who only looks must not make a run compute anything again. */
function readOnly(store: ArtifactStore): ArtifactStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'forgetNode') {
        return () => Promise.resolve();
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}
