/** Evaluates one point: coefficients in place, then responses and scores as nodes of a recipe, shared with all that are alike. */
import { differenceFrom, normOf } from '../../core/algebra/difference.js';
import { formulaCoefficients } from '../../core/algebra/evaluate.js';
import type { Coefficients, Gram } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import { printFormula } from '../../core/expression/print.js';
import type { MadeFormula } from '../../core/expression/types.js';
import type { PlannedPoint } from '../../core/lower/plan-point.js';
import { gramNodeOf } from '../../core/plan/gram-node.js';
import type { Operand } from '../../core/plan/node.js';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { Plan } from '../../core/plan/types.js';
import type { AdapterRef } from '../../core/source-ref.js';
import { gramOf, namedCoefficients } from '../candidates.js';
import { resultsByLabel, type NodeRun } from '../node-result.js';
import { remember } from '../remember.js';
import { runNode } from '../run-node.js';
import type { PointMeasurements } from './point-record.js';
import { checkObjective, labelledMetrics, type SweepRun } from './sweep-facts.js';
import type { SweepFacts } from './kept.js';

/** How often a result of the point's own may turn out to be lost before that is an error. */
const ATTEMPTS = 3;

/**
 * Computes what a point gives.
 *
 * @throws OminusError `INPUT_LOST` when the Gram matrices are gone, `OVERFLOW` when the point is beyond float64, and whatever
 *   evaluating throws
 */
export async function evaluatePoint(
  run: SweepRun,
  facts: SweepFacts,
  planned: PlannedPoint,
): Promise<PointMeasurements> {
  const { plan, sweep } = facts;
  const sweepRun: NodeRun = { ...run, plan };
  const gram = await sweepGram(sweepRun);
  const coefficients = await pointCoefficients(sweepRun, facts, planned, gram);
  const baseline = await namedCoefficients(sweepRun, baselineOf(facts));
  const pointRun: NodeRun = {
    ...run,
    plan: { ...plan, nodes: planned.nodes },
    onProgress: () => undefined, // the slice's progress is in points
    inPlace: planned.candidate.kind === 'node' ? new Map([[planned.candidate.id, coefficients]]) : new Map(),
  };
  const norm = normOf(gram, coefficients);
  if (!Number.isFinite(norm)) {
    throw new OminusError('OVERFLOW', {
      message: `the norm of a point is beyond float64 [expression=${planned.expression}]`,
      hint: 'Use smaller values.',
    });
  }
  const metrics = labelledMetrics(sweep, facts.halves, await evaluateNodes(pointRun, planned, plan.nodes));
  if (planned.point.samples === undefined) {
    checkObjective(sweep, metrics);
  }
  return {
    norm,
    distanceFromBaseline: differenceFrom(gram, baseline, coefficients),
    metrics,
  };
}

/** Gram matrices of the sweep, read and decoded once per worker. */
async function sweepGram(run: NodeRun): Promise<Gram> {
  const node = gramNodeOf(run.plan);
  return remember(run.context.caches.grams, node.key, () => gramOf(run, node.id));
}

/** In a grid the last variable runs fastest: what the others give is the same for many points in a row. */
async function pointCoefficients(
  run: NodeRun,
  { sweep: { missing }, known }: SweepFacts,
  { candidate, formula, madeKeys }: PlannedPoint,
  gram: Gram,
): Promise<Coefficients> {
  if (candidate.kind !== 'node') {
    return namedCoefficients(run, candidate); // a chain that is an adapter, as PEFT would apply it
  }
  const leafOf = (name: string): Digest => adapterNamed(run.plan, name).digest;
  const madeLeafOf = (made: MadeFormula): Digest => {
    const key = madeKeys.get(printFormula(made));
    if (key === undefined) {
      throw new OminusError('INTERNAL', { message: `the sweep has no made leaf ${printFormula(made)}` });
    }
    return key;
  };
  return formulaCoefficients(formula, gram, leafOf, { missing, known, madeLeafOf });
}

function adapterNamed({ adapters }: Plan, name: string): AdapterRef {
  const adapter = adapters.find((one) => one.name === name);
  if (adapter === undefined) {
    throw new OminusError('INTERNAL', { message: `the plan has no adapter of that name [name=${name}]` });
  }
  return adapter;
}

function baselineOf({ plan: { adapters, baseline } }: SweepFacts): Operand {
  const digest = adapters.find(({ name }) => name === baseline)?.digest;
  return digest === undefined ? { kind: 'zero' } : { kind: 'adapter', digest };
}

/** A made leaf that is lost is a node of the sweep's plan, which the workflow runs again. */
function isOfSweep({ details }: OminusError, nodes: readonly PlanNode[]): boolean {
  return nodes.some(({ id, kind }) => kind === 'make' && id === details['nodes']);
}

/**
 * Runs what the store does not have, and reads the scores.
 *
 * @param nodes - of the sweep's plan
 */
async function evaluateNodes(
  run: NodeRun,
  { toRun, evaluations }: PlannedPoint,
  nodes: readonly PlanNode[],
): Promise<ReadonlyMap<string, BenchmarkResult>> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const node of toRun) {
        await runNode(node, run);
      }
      const ids = Object.entries(evaluations).map(([label, { id }]) => [label, id] as const);
      return await resultsByLabel(run, ids);
    } catch (error) {
      if (!(error instanceof OminusError && error.code === 'INPUT_LOST') || isOfSweep(error, nodes)) {
        throw error;
      }
      // Lost between two steps, and its record was removed: made again here, since no workflow knows these nodes.
      if (attempt >= ATTEMPTS) {
        throw new OminusError('ARTIFACT_DAMAGED', { message: error.message, details: error.details, cause: error });
      }
    }
  }
}
