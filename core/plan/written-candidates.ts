/** Steps that are evaluated, and written in an element type that rounds: what is written is a candidate of its own. */
import { keyOf } from './key.js';
import { asNodeId } from './node-table.js';
import { roundFacts } from './nodes/round.js';
import type { PlanDraft, WrittenCandidate } from './plan-draft.js';

/** What such a candidate is called: a name of its own, since no name of a spec has a blank or a parenthesis in it. */
export function writtenName(step: string, dtype: string): string {
  return `${step} (${dtype})`;
}

/** Adds the round nodes of these candidates; there are none without benchmarks. In the order of the outputs. */
export function addWrittenCandidates({
  experiment,
  table,
  combines,
  candidateOf,
}: PlanDraft): readonly WrittenCandidate[] {
  const { outputs, benchmarks, candidates } = experiment;
  return outputs.flatMap(({ step, dtype }): readonly WrittenCandidate[] => {
    if (dtype === 'float32' || benchmarks.length === 0 || !candidates.includes(step)) {
      return [];
    }
    const { formula, operand } = candidateOf(step);
    const { id } = table.add(asNodeId(`round:${step}`), {
      kind: 'round',
      key: keyOf(roundFacts({ candidate: combines.keyOf(operand), dtype })),
      dependsOn: combines.dependencies(operand),
      candidate: operand,
      dtype,
    });
    const written = { kind: 'written', id, of: operand, dtype } as const;
    return [{ name: writtenName(step, dtype), kind: 'written', of: step, formula, operand: written }];
  });
}
