/** Per-example flips: which examples two candidates answer differently, with their texts. Chosen by rule and not by hand. */
import type { Json } from '../../core/digest.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { BenchmarkResult, ExampleResult } from '../../core/evaluation/types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { EvaluateNode } from '../../core/plan/nodes/evaluate.js';
import type { Plan } from '../../core/plan/types.js';
import { splitOf } from '../../core/sweep/split.js';
import { clip } from '../words/text-width.js';
import type { PairFlips } from '../types.js';

/** Examples per pair and metric, and pairs with metrics per report: a page that can be read, and a file that can be sent. */
const MOST_EXAMPLES = 20;
const MOST_BLOCKS = 60;
/** Longest text, in character cells. */
const TEXT_CELLS = 400;

/** Two candidates, by the names of their steps. */
export interface FlipPair {
  readonly first: string;
  readonly second: string;
}

/**
 * For every pair and main metric the examples whose score differs, largest change first, then in the order of the data.
 * Metrics over blocks of text (`ratio`, `perplexity`) have no example that one could read. In a sweep only the half of the
 * examples counts that points are not chosen by, as in its comparisons.
 *
 * @param pairs - the most important first: a report holds 60 blocks at most
 * @returns blocks in the order of the pairs; none for a metric in which no example differs
 */
export function assembleFlips(
  plan: Plan,
  evaluations: ReadonlyMap<NodeId, BenchmarkResult>,
  pairs: readonly FlipPair[],
): PairFlips[] {
  const steps = new Map(plan.steps.map((step) => [step.name, step]));
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  const blocks: PairFlips[] = [];
  for (const { first, second } of pairs) {
    for (const [label, firstId] of Object.entries(steps.get(first)?.evaluations ?? {})) {
      const secondId = steps.get(second)?.evaluations[label];
      const node = nodes.get(firstId);
      const results = [firstId, secondId].map((id) => (id === undefined ? undefined : evaluations.get(id)));
      const [before, after] = results;
      if (node?.kind === 'evaluate' && before !== undefined && after !== undefined) {
        blocks.push(...flipsOf({ plan, node, label, first, second, before, after }));
      }
    }
    if (blocks.length >= MOST_BLOCKS) {
      break;
    }
  }
  return blocks.slice(0, MOST_BLOCKS);
}

interface FlipInput extends FlipPair {
  readonly plan: Plan;
  readonly node: EvaluateNode;
  readonly label: string;
  readonly before: BenchmarkResult;
  readonly after: BenchmarkResult;
}

function flipsOf({ plan, node, label, first, second, before, after }: FlipInput): PairFlips[] {
  const others = new Map(after.examples.map((example) => [example.id, example]));
  const isChosenBy = plan.specKind === 'sweep' ? splitOf(plan.sweep)(label) : () => false;
  const counted = before.examples.filter(({ id }) => !isChosenBy(id));
  return requireBenchmark(node.benchmark).metrics.flatMap(({ name, kind, auxiliary }): PairFlips[] => {
    if (auxiliary === true || (kind !== 'accuracy' && kind !== 'mean')) {
      return [];
    }
    const changed = counted
      .flatMap((example) => {
        const other = others.get(example.id);
        const [firstScore, secondScore] = [example.scores[name] ?? null, other?.scores[name] ?? null];
        return other === undefined || firstScore === null || secondScore === null || firstScore === secondScore
          ? []
          : [{ example, other, firstScore, secondScore }];
      })
      .sort((a, b) => Math.abs(b.secondScore - b.firstScore) - Math.abs(a.secondScore - a.firstScore));
    const examples = changed.slice(0, MOST_EXAMPLES).map(({ example, other, firstScore, secondScore }) => ({
      id: example.id,
      prompt: promptOf(example),
      firstText: textOf(example, name),
      secondText: textOf(other, name),
      firstScore,
      secondScore,
    }));
    const higher = changed.filter(({ firstScore, secondScore }) => secondScore > firstScore).length;
    return changed.length === 0
      ? []
      : [{ label, metric: name, first, second, total: changed.length, higher, examples }];
  });
}

function promptOf({ detail: { instruction, question } }: ExampleResult): string {
  return cut(typeof instruction === 'string' ? instruction : typeof question === 'string' ? question : '');
}

/** The answer; of a choice between texts the most probable one among those that the metric is about. */
function textOf({ detail: { answer, choices } }: ExampleResult, metric: string): string | null {
  if (typeof answer === 'string') {
    return cut(answer);
  }
  if (!Array.isArray(choices)) {
    return null;
  }
  const rated = (choices as readonly Json[])
    .flatMap((choice) => readChoice(choice, metric) ?? [])
    .sort((a, b) => b.logProb - a.logProb);
  const [best] = rated;
  return best === undefined ? null : cut(`${best.text}${best.isTrue ? ' (true)' : ' (false)'}`);
}

function readChoice(
  choice: Json,
  metric: string,
): { readonly text: string; readonly logProb: number; readonly isTrue: boolean } | undefined {
  if (typeof choice !== 'object' || choice === null || Array.isArray(choice)) {
    return undefined;
  }
  const record = choice as Readonly<Record<string, Json | undefined>>; // an object of JSON, as checked
  const { text, logProb } = record;
  const isTrue = record[metric];
  return typeof text === 'string' && typeof logProb === 'number' && typeof isTrue === 'boolean'
    ? { text, logProb, isTrue }
    : undefined;
}

function cut(text: string): string {
  return clip(text, TEXT_CELLS);
}
