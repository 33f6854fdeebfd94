/** Ends a run: puts the report together from the store and closes the run's record. */
import type { CombineDiagnostics } from '../core/algebra/types.js';
import { decodeDiagnostics } from '../core/algebra/artifacts.js';
import { differenceFrom, normOf } from '../core/algebra/difference.js';
import { readRespondSummary, type RespondFacts } from '../core/evaluation/respond-facts.js';
import type { Json } from '../core/digest.js';
import type { BenchmarkResult } from '../core/evaluation/types.js';
import type { NodeId } from '../core/plan/node.js';
import type { Plan } from '../core/plan/types.js';
import { assembleReport, type RunMaterial, type StepGeometry } from '../report/assemble/assemble-report.js';
import type { ComparisonResult } from '../core/evaluation/comparison.js';
import type { OrderEffectResult, OrderGapResult } from '../core/study/types.js';
import type { SweepReport } from '../core/sweep/types.js';
import { packageRoot } from '../io/files/package-root.js';
import { jsonArtifact, readJsonArtifact } from '../io/store/json-artifact.js';
import { namedCoefficients, planGram } from './candidates.js';
import type { ActivityContext } from './context.js';
import { inputArtifact, inputJson, type NodeRun } from './node-result.js';
import { checkInPlace } from './nodes/write.js';
import { readPlan } from './read-plan.js';
import { putRunRecord } from './run-record.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

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
  const evaluations = new Map<NodeId, BenchmarkResult>();
  const responses = new Map<NodeId, RespondFacts>();
  const diagnostics = new Map<NodeId, CombineDiagnostics>();
  const made = new Map<NodeId, Readonly<Record<string, Json>>>();
  const written = new Map<NodeId, { digest: string; roundingError: number | null }>();
  let comparisons: ComparisonResult | undefined;
  let study: Pick<RunMaterial, 'gap' | 'effects'> = {};
  for (const node of plan.nodes) {
    switch (node.kind) {
      case 'evaluate':
        evaluations.set(node.id, await inputJson<BenchmarkResult>(run, node.id, 'result'));
        break;
      case 'combine':
        diagnostics.set(node.id, decodeDiagnostics(await inputArtifact(run, node.id, 'diagnostics')));
        break;
      case 'compare':
        comparisons = await inputJson<ComparisonResult>(run, node.id, 'comparison');
        break;
      case 'write':
        await checkInPlace(node, run);
        written.set(node.id, await inputJson(run, node.id, 'written'));
        break;
      case 'order-gap':
        study = { ...study, gap: await inputJson<OrderGapResult>(run, node.id, 'summary') };
        break;
      case 'order-effect':
        study = { ...study, effects: await inputJson<OrderEffectResult>(run, node.id, 'effects') };
        break;
      case 'respond': {
        const facts = readRespondSummary((await context.store.getNode(node.key))?.summary ?? {});
        if (facts !== undefined) {
          responses.set(node.id, facts);
        }
        break;
      }
      case 'make': {
        const { summary = {} } = (await context.store.getNode(node.key)) ?? {};
        made.set(node.id, summary);
        break;
      }
      case 'gram':
      case 'round':
        break;
    }
  }
  const report = assembleReport({
    plan,
    runId,
    startedAt: input.startedAt,
    finishedAt: new Date().toISOString(),
    reused: input.reused.length,
    evaluations,
    responses,
    diagnostics,
    made,
    written,
    comparisons: comparisons ?? { seed: 0, draws: 0, pairs: [] },
    geometry: await geometryOf(run, plan),
    versions: { ominus: packageRoot().version, node: process.versions.node },
    ...study,
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
