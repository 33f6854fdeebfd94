/** How stable the recommendation is: reads the examples of those points that another choice of examples might recommend. */
import { metricsOf } from '../../core/evaluation/parts.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import { errorCode } from '../../core/errors.js';
import { splitExamples } from '../../core/sweep/split.js';
import { contendersOf, stabilityOf, type ChooseScores } from '../../core/sweep/stability.js';
import type { FinishedPoint } from '../../core/sweep/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { mapBounded } from './bounded.js';
import { referenceResults, type SweepRun } from './sweep-facts.js';
import type { SweepFacts } from './kept.js';

/** Most points whose examples are read. */
const MOST_CONTENDERS = 50;
/** Resamples: a share of a thousand is known to 1.6 points at worst, and more would hold up heartbeats. */
const MOST_DRAWS = 1000;

/**
 * Share of resamples in which the recommended point is recommended again; null when the store no longer has the examples of a
 * contender (the points themselves are kept without them).
 */
export async function choiceStability(
  run: SweepRun,
  facts: SweepFacts,
  finished: readonly FinishedPoint[],
  recommended: number,
): Promise<number | null> {
  const { sweep, references, plan } = facts;
  const { objective, compare, benchmarks } = sweep;
  if (objective === null) {
    return null;
  }
  const contenders = contendersOf(finished, objective, references, MOST_CONTENDERS);
  const derived = new Map<string, BenchmarkResult['derived']>();
  const scores = await mapBounded(contenders, (point) => pointScores(run, facts, point, derived));
  const named = new Set(objective.constraints.flatMap(({ of }) => of ?? []));
  const referenceScores: Record<string, ChooseScores> = {};
  for (const step of plan.steps.filter(({ name }) => named.has(name))) {
    referenceScores[step.name] = chooseScores(facts, await referenceResults({ ...run, plan }, step));
  }
  const whole = contenders.flatMap(({ index }, place) => {
    const own = scores[place];
    return own === undefined ? [] : [{ index, scores: own }];
  });
  return whole.length < contenders.length
    ? null
    : stabilityOf({
        objective,
        metrics: benchmarks.flatMap(({ benchmark, label }) =>
          metricsOf(requireBenchmark(benchmark), [{ derived: derived.get(label) ?? [] }]).map((metric) => ({
            ...metric,
            label,
          })),
        ),
        contenders: whole,
        references: referenceScores,
        recommended,
        seed: compare.seed,
        draws: Math.min(compare.draws, MOST_DRAWS),
      });
}

/** Undefined when a result is no longer in the store. @param derived - takes the metrics that follow from the data, by label */
async function pointScores(
  { context: { store } }: SweepRun,
  facts: SweepFacts,
  { result }: FinishedPoint,
  derived: Map<string, BenchmarkResult['derived']>,
): Promise<ChooseScores | undefined> {
  const results = new Map<string, BenchmarkResult>();
  for (const [label, key] of Object.entries(result.evaluations)) {
    const ref = (await store.getNode(key))?.artifacts['result'];
    if (ref === undefined) {
      return undefined;
    }
    try {
      const read = await readJsonArtifact<BenchmarkResult>(store, ref);
      results.set(label, read);
      derived.set(label, read.derived);
    } catch (error) {
      if (errorCode(error) === 'ARTIFACT_DAMAGED') {
        return undefined;
      }
      throw error;
    }
  }
  return chooseScores(facts, results);
}

/** What of the examples counts; their texts stay behind. */
function chooseScores({ halves }: SweepFacts, results: ReadonlyMap<string, BenchmarkResult>): ChooseScores {
  return Object.fromEntries(
    [...results].map(([label, { examples }]) => [
      label,
      splitExamples(examples, halves(label)).choose.map(({ id, scores, weight }) => ({ id, scores, weight })),
    ]),
  );
}
