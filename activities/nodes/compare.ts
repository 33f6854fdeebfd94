/** `compare`: paired statistics of all pairs, and how far apart they are in weight space. */
import { weightDifference } from '../../core/algebra/difference.js';
import { compareEvaluations, type CompareInput } from '../../core/evaluation/compare.js';
import { correctionOf } from '../../core/evaluation/correction.js';
import { correctPairs, type ComparedPair, type ComparedResults } from '../../core/evaluation/correct-pairs.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { Gram, WeightDifference } from '../../core/algebra/types.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { CompareNode, ComparePair } from '../../core/plan/nodes/compare.js';
import type {
  ComparisonFamily,
  ComparisonResult,
  MetricComparison,
  PairComparison,
} from '../../core/evaluation/comparison.js';
import { Resamples } from '../../core/statistics/resamples.js';
import { inChooseHalf, splitExamples, splitOf, type IsChosenBy } from '../../core/sweep/split.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { gramOf, namedCoefficients } from '../candidates.js';
import { inputJson, type NodeExecutor, type NodeRun } from '../node-result.js';

/** A pair before it is corrected for the number of pairs. */
interface Compared extends ComparedPair<MetricComparison> {
  readonly weights: WeightDifference;
  readonly notes: readonly string[];
  readonly isWritten: boolean;
}

/** Compares every pair of a plan. */
export const compareExecutor: NodeExecutor<CompareNode> = {
  async compute(node, run) {
    const gram = await gramOf(run, node.gram);
    const results = new Map<NodeId, Promise<BenchmarkResult>>();
    const isChosenBy = halvesOf(node, run);
    const resultOf: ResultOf = (id, label) => {
      const whole = (): Promise<BenchmarkResult> => inputJson<BenchmarkResult>(run, id, 'result');
      const result = results.get(id) ?? whole().then((all) => reportedHalf(all, isChosenBy?.(label)));
      results.set(id, result);
      return result;
    };
    const resamples = new Resamples(node);
    const pairs: Compared[] = [];
    for (const pair of node.pairs) {
      run.onProgress(pairs.length, node.pairs.length);
      run.signal.throwIfAborted();
      pairs.push({
        first: pair.first,
        second: pair.second,
        ...(await compareMetrics(pair, resultOf, { resamples, ...familyOf(node, pair) })),
        weights: await weightsOf(pair, run, gram),
        isWritten: pair.secondCandidate.kind === 'written',
      });
      await new Promise(setImmediate); // bootstrap draws are long loops: let heartbeats through
    }
    const comparison: ComparisonResult = { seed: node.seed, draws: node.draws, ...(await correct(node, pairs, run)) };
    return { artifacts: { comparison: await jsonArtifact(run.context.store, comparison) } };
  },
};

/**
 * Corrects the pairs that the spec asks for, and by themselves those of steps with what is written of them: in which element type an output
 * is written must not move the verdicts on anything else.
 */
async function correct(
  node: CompareNode,
  pairs: readonly Compared[],
  run: NodeRun,
): Promise<Omit<ComparisonResult, 'seed' | 'draws'>> {
  const correction = node.correction ?? { ...correctionOf('holm', node.draws, 0) };
  const onBlock = async (): Promise<void> => {
    run.signal.throwIfAborted();
    run.onProgress(node.pairs.length, node.pairs.length);
    await new Promise(setImmediate);
  };
  const groups = [false, true].map((isWritten) => pairs.filter((pair) => pair.isWritten === isWritten));
  const corrected: PairComparison[] = [];
  const families: ComparisonFamily[] = [];
  for (const group of groups) {
    const found = await correctPairs(group, { correction, seed: node.seed, onBlock });
    group.forEach(({ first, second, weights, notes }, place) => {
      const own = sameNote(found.families, first, second);
      corrected.push({ first, second, metrics: found.metrics[place] ?? [], weights, notes: [...notes, ...own] });
    });
    families.push(...found.families);
  }
  return { pairs: corrected, correction, families };
}

/** Names the metrics in which no example of a pair differs. */
function sameNote(families: readonly ComparisonFamily[], first: string, second: string): readonly string[] {
  const metrics = families.flatMap(({ metric, same }) =>
    same.some(([one, other]) => one === first && other === second) ? [metric] : [],
  );
  return metrics.length === 0 ? [] : [`no example differs in ${metrics.join(', ')}, so p is 1 there`];
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

/** How many pairs are corrected together with one, for Holm's method: sign flips have intervals of their own. */
function familyOf({ correction, pairs }: CompareNode, pair: ComparePair): { readonly pairs?: number } {
  const isWritten = (one: ComparePair): boolean => one.secondCandidate.kind === 'written';
  return correction?.method === 'holm'
    ? { pairs: pairs.filter((one) => isWritten(one) === isWritten(pair)).length }
    : {};
}

/** By label, which examples a sweep chose by; undefined where all of them are compared. */
function halvesOf({ half }: CompareNode, { plan }: NodeRun): ((label: string) => IsChosenBy) | undefined {
  if (half === undefined) {
    return undefined;
  }
  return plan.specKind === 'sweep' ? splitOf(plan.sweep) : () => (id) => inChooseHalf(half.seed, id);
}

/** The result over the examples that are compared: all of them, or those that a sweep did not choose by. */
function reportedHalf(result: BenchmarkResult, isChosenBy: IsChosenBy | undefined): BenchmarkResult {
  return isChosenBy === undefined ? result : { ...result, examples: splitExamples(result.examples, isChosenBy).report };
}

/** Reads the result of an evaluate node. @param label - of its benchmark */
type ResultOf = (id: NodeId, label: string) => Promise<BenchmarkResult>;

async function compareMetrics(
  pair: ComparePair,
  resultOf: ResultOf,
  options: Pick<CompareInput, 'resamples' | 'pairs'>,
): Promise<Pick<Compared, 'metrics' | 'notes' | 'results'>> {
  const results = await Promise.all(
    pair.evaluations.map(async ({ benchmark, label, first, second }): Promise<ComparedResults> => ({
      benchmark: requireBenchmark(benchmark),
      label,
      first: await resultOf(first, label),
      second: await resultOf(second, label),
    })),
  );
  const compared = results.map((result) => compareEvaluations({ ...result, ...options }));
  return {
    results,
    metrics: compared.flatMap(({ metrics }) => metrics),
    notes: [...new Set(compared.flatMap(({ notes }) => notes))],
  };
}
