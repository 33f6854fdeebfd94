/** Steps that are evaluated, and written in an element type that rounds: what is written is a candidate of its own. */
import type { RecipeSpec } from '../spec/types.js';
import type { CombineNodes } from './combine-nodes.js';
import { keyOf } from './key.js';
import { asNodeId, type NodeTable } from './node-table.js';
import { roundFacts } from './nodes/round.js';
import { need, type NamedCandidate, type WrittenCandidate } from './plan-input.js';

/** What such a candidate is called: a name of its own, since no name of a spec has a blank or a parenthesis in it. */
export function writtenName(step: string, dtype: string): string {
  return `${step} (${dtype})`;
}

/** Adds the round nodes of these candidates; there are none without benchmarks. In the order of the outputs. */
export function addWrittenCandidates(
  { evaluate, outputs }: RecipeSpec,
  table: NodeTable,
  combines: CombineNodes,
  candidates: ReadonlyMap<string, NamedCandidate>,
): WrittenCandidate[] {
  return outputs.flatMap(({ step, dtype }): WrittenCandidate[] => {
    if (dtype === 'float32' || evaluate.benchmarks.length === 0 || !evaluate.candidates.includes(step)) {
      return [];
    }
    const { formula, operand } = need(candidates.get(step), `step ${step}`);
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
