/** Ends a run: puts the report together from the store and closes the run's record. */
import { differenceFrom, normOf } from '../core/algebra/difference.js';
import type { NodeId } from '../core/plan/node.js';
import type { Plan } from '../core/plan/types.js';
import { assembleReport, type RunMaterial, type StepGeometry } from '../report/assemble/assemble-report.js';
import type { SweepReport } from '../core/sweep/types.js';
import { packageRoot } from '../io/files/package-root.js';
import { jsonArtifact, readJsonArtifact } from '../io/store/json-artifact.js';
import { namedCoefficients, planGram } from './candidates.js';
import type { ActivityContext } from './context.js';
import type { NodeRun } from './node-result.js';
import { readPlan } from './read-plan.js';
import { putRunRecord } from './run-record.js';
import type { ArtifactRef } from '../core/artifact-ref.js';
import { readNodeMaterial } from './run-material.js';

/**
 * Reads what the nodes left in the store and stores the report.
 *
 * @throws OminusError `INPUT_LOST` when a result is gone, or an adapter that this worker wrote is no longer in its place
 */
export async function finishRun(
  context: ActivityContext,
  input: {
    readonly name: string;
    readonly plan: ArtifactRef;
    readonly reused: readonly NodeId[];
    readonly startedAt: string;
  },
  runId: string,
): Promise<{ readonly report: ArtifactRef }> {
  const plan = await readPlan(context, input.plan);
  const run: NodeRun = { context, plan, signal: new AbortController().signal, onProgress: () => undefined };
  const report = assembleReport({
    plan,
    runId,
    startedAt: input.startedAt,
    finishedAt: new Date().toISOString(),
    reused: input.reused.length,
    ...(await readNodeMaterial(run)),
    geometry: await geometryOf(run, plan),
    versions: { ominus: packageRoot().version, node: process.versions.node },
    ...(await sweepPart(context, plan)),
  });
  const ref = await jsonArtifact(context.store, report);
  await putRunRecord(context, { name: input.name, runId, plan, planRef: input.plan, state: 'finished', report: ref });
  return { report: ref };
}

/** What a sweep found, put together when its points were chosen. */
async function sweepPart(context: ActivityContext, plan: Plan): Promise<Pick<RunMaterial, 'sweep'>> {
  return plan.specKind !== 'sweep' || plan.sweepReport === undefined
    ? {}
    : { sweep: await readJsonArtifact<SweepReport>(context.store, plan.sweepReport) };
}

/** Norm of every step, and its distance from the baseline, from Gram matrices alone: not of what rounding made of a step. */
async function geometryOf(run: NodeRun, plan: Plan): Promise<ReadonlyMap<string, StepGeometry>> {
  const exact = await Promise.all(
    plan.steps.flatMap(({ name, candidate }) =>
      candidate.kind === 'written' ? [] : [namedCoefficients(run, candidate).then((value) => [name, value] as const)],
    ),
  );
  const gram = await planGram(run);
  const reference = new Map(exact).get(plan.baseline);
  return new Map(
    exact.map(([name, coefficients]) => {
      const distanceFromBaseline = reference === undefined ? null : differenceFrom(gram, reference, coefficients);
      return [name, { norm: normOf(gram, coefficients), distanceFromBaseline }];
    }),
  );
}
