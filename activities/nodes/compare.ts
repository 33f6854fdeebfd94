/** `compare`: paired statistics of all pairs, and how far apart they are in weight space. */
import { weightDifference } from '../../core/algebra/difference.js';
import { adjustPairs, compareEvaluations } from '../../core/evaluation/compare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { Gram, WeightDifference } from '../../core/algebra/types.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { CompareNode, ComparePair } from '../../core/plan/nodes/compare.js';
import type { ComparisonResult, PairComparison } from '../../core/evaluation/comparison.js';
import { Resamples } from '../../core/statistics/resamples.js';
import { splitExamples } from '../../core/sweep/split.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { gramOf, namedCoefficients } from '../candidates.js';
import { inputJson, type NodeExecutor, type NodeRun } from '../node-result.js';

/** Compares every pair of a plan. */
export const compareExecutor: NodeExecutor<CompareNode> = {
  async compute(node, run) {
    const gram = await gramOf(run, node.gram);
    const results = new Map<NodeId, Promise<BenchmarkResult>>();
    const resultOf = (id: NodeId): Promise<BenchmarkResult> => {
      const result = results.get(id) ?? inputJson<BenchmarkResult>(run, id, 'result').then((all) => halfOf(node, all));
      results.set(id, result);
      return result;
    };
    const resamples = new Resamples(node);
    const pairs: PairComparison[] = [];
    for (const pair of node.pairs) {
      run.onProgress(pairs.length, node.pairs.length);
      run.signal.throwIfAborted();
      pairs.push({
        first: pair.first,
        second: pair.second,
        ...(await compareMetrics(pair, resultOf, resamples)),
        weights: await weightsOf(pair, run, gram),
      });
      await new Promise(setImmediate); // bootstrap draws are long loops: let heartbeats through
    }
    const comparison: ComparisonResult = { seed: node.seed, draws: node.draws, pairs: adjustFamilies(node, pairs) };
    return { artifacts: { comparison: await jsonArtifact(run.context.store, comparison) } };
  },
};

/**
 * Holm's method over the pairs that the spec asks for, and by itself over those of steps with what is written of them: in which
 * element type an output is written must not move the verdicts on anything else.
 */
function adjustFamilies(node: CompareNode, pairs: readonly PairComparison[]): readonly PairComparison[] {
  const isWritten = (place: number): boolean => node.pairs[place]?.secondCandidate.kind === 'written';
  const asked = pairs.filter((_, place) => !isWritten(place));
  const written = pairs.filter((_, place) => isWritten(place));
  return [...adjustPairs(asked), ...adjustPairs(written)];
}

async function weightsOf(
  { firstCandidate, secondCandidate }: ComparePair,
  run: NodeRun,
  gram: Gram,
): Promise<WeightDifference> {
  if (secondCandidate.kind === 'written') {
    return inputJson<WeightDifference>(run, secondCandidate.id, 'difference');
  }
  const [first, second] = await Promise.all([
    namedCoefficients(run, firstCandidate),
    namedCoefficients(run, secondCandidate),
  ]);
  return weightDifference(gram, first, second);
}

/** The result over the examples that are compared: all of them, or those that a sweep did not choose by. */
function halfOf({ half }: CompareNode, result: BenchmarkResult): BenchmarkResult {
  return half === undefined ? result : { ...result, examples: splitExamples(result.examples, half.seed).report };
}

async function compareMetrics(
  pair: ComparePair,
  resultOf: (id: NodeId) => Promise<BenchmarkResult>,
  resamples: Resamples,
): Promise<Pick<PairComparison, 'metrics' | 'notes'>> {
  const compared = await Promise.all(
    pair.evaluations.map(async ({ benchmark, label, first, second }) =>
      compareEvaluations({
        benchmark: requireBenchmark(benchmark),
        label,
        first: await resultOf(first),
        second: await resultOf(second),
        resamples,
      }),
    ),
  );
  return {
    metrics: compared.flatMap(({ metrics }) => metrics),
    notes: [...new Set(compared.flatMap(({ notes }) => notes))],
  };
}
