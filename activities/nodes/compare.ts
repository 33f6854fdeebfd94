/** `compare`: paired statistics of all pairs, and how far apart they are in weight space. */
import { weightDifference } from '../../core/algebra/difference.js';
import { adjustPairs, compareEvaluations } from '../../core/evaluation/compare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import type { CompareNode, ComparePair, NodeId } from '../../core/plan/types.js';
import type { ComparisonResult, PairComparison } from '../../core/report/types.js';
import { Resamples } from '../../core/statistics/resamples.js';
import { splitExamples } from '../../core/sweep/split.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { gramOf, namedCoefficients } from '../candidates.js';
import { inputJson, type NodeExecutor } from '../node-result.js';

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
      const [first, second] = await Promise.all([
        namedCoefficients(run, pair.firstCandidate),
        namedCoefficients(run, pair.secondCandidate),
      ]);
      pairs.push({
        first: pair.first,
        second: pair.second,
        ...(await compareMetrics(pair, resultOf, resamples)),
        weights: weightDifference(gram, first, second),
      });
      await new Promise(setImmediate); // bootstrap draws are long loops: let heartbeats through
    }
    const comparison: ComparisonResult = { seed: node.seed, draws: node.draws, pairs: adjustPairs(pairs) };
    return { artifacts: { comparison: await jsonArtifact(run.context.store, comparison) } };
  },
};

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
