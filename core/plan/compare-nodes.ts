/** The node of all paired comparisons. */
import { correctionOf } from '../evaluation/correction.js';
import { keyOf } from './key.js';
import { gramBackend } from './key-facts.js';
import type { Evaluable } from './node.js';
import { asNodeId } from './node-table.js';
import { compareFacts, type ComparePair } from './nodes/compare.js';
import type { Evaluation, EvaluationTable, NamedCandidate, PlanDraft, WrittenCandidate } from './plan-draft.js';

/** Adds the one node of all comparisons, if there are any: those of the experiment, then every written step against the step. */
export function addCompare(draft: PlanDraft, written: readonly WrittenCandidate[], evaluations: EvaluationTable): void {
  const { experiment, sources, table, ground, combines, candidateOf } = draft;
  const { seed, draws, half, pairs: asked } = experiment.compare;
  const pairs = [
    ...asked.map(([first, second]) => pairOf(candidateOf(first), candidateOf(second))),
    ...written.map((candidate) => pairOf(candidateOf(candidate.of), candidate)),
  ].map((pair) => ({ ...pair, entries: sharedEvaluations(draft, pair, evaluations) }));
  if (pairs.length === 0) {
    return;
  }
  const correction = correctionOf(experiment.compare.correction, draws, Math.max(asked.length, written.length));
  const settings = { seed, draws: correction.draws, correction, ...(half === undefined ? {} : { half }) };
  const key = keyOf(
    compareFacts({
      pairs: pairs.map(({ a, b, entries }) => ({
        first: a.name,
        second: b.name,
        firstCandidate: combines.keyOf(a.operand),
        secondCandidate: combines.keyOf(b.operand),
        evaluations: entries.map(({ label, left, right }) => ({ label, first: left.key, second: right.key })),
      })),
      backend: gramBackend(sources.environment),
      ...settings,
    }),
  );
  const planned = pairs.map(({ a, b, entries }): ComparePair => ({
    first: a.name,
    second: b.name,
    firstCandidate: a.operand,
    secondCandidate: b.operand,
    evaluations: entries.map(({ benchmark, label, left, right }) => ({
      benchmark,
      label,
      first: left.id,
      second: right.id,
    })),
  }));
  const operands = pairs.flatMap(({ a, b }): readonly Evaluable[] => [a.operand, b.operand]);
  const dependsOn = new Set([
    ground.gram,
    ...operands.flatMap((operand) => combines.dependencies(operand)),
    ...planned.flatMap((pair) => pair.evaluations.flatMap(({ first, second }) => [first, second])),
  ]);
  table.add(asNodeId('compare'), {
    kind: 'compare',
    key,
    dependsOn: [...dependsOn],
    gram: ground.gram,
    pairs: planned,
    ...settings,
  });
}

interface Pair {
  readonly a: NamedCandidate;
  readonly b: NamedCandidate | WrittenCandidate;
}

function pairOf(a: Pair['a'], b: Pair['b']): Pair {
  return { a, b };
}

interface SharedEvaluation {
  readonly benchmark: string;
  readonly label: string;
  readonly left: Evaluation;
  readonly right: Evaluation;
}

/** Benchmarks that both sides of a pair were evaluated with. */
function sharedEvaluations(
  { experiment }: PlanDraft,
  { a, b }: Pair,
  evaluations: EvaluationTable,
): readonly SharedEvaluation[] {
  return experiment.benchmarks.flatMap(({ benchmark, label }) => {
    const left = evaluations.get(a.name)?.get(label);
    const right = evaluations.get(b.name)?.get(label);
    return left === undefined || right === undefined ? [] : [{ benchmark, label, left, right }];
  });
}
