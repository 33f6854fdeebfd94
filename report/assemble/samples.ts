/** Sample answers before and after: the same prompts for all candidates, chosen by rule and not by hand. */
import type { BenchmarkResult, ExampleResult } from '../../core/evaluation/types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import type { SampleAnswers } from '../types.js';

/** Prompts shown per benchmark. */
const SAMPLES = 4;

/**
 * Prompts spread evenly over the examples of every benchmark that has answers; a benchmark whose answers were shown under
 * another label (same prompts) is left out.
 */
export function sampleAnswers(plan: Plan, evaluations: ReadonlyMap<NodeId, BenchmarkResult>): SampleAnswers[] {
  const samples: SampleAnswers[] = [];
  const shown = new Set<string>();
  const labels = new Set(plan.steps.flatMap((step) => Object.keys(step.evaluations)));
  for (const label of labels) {
    const results = plan.steps.flatMap((step) => {
      const id = step.evaluations[label];
      const result = id === undefined ? undefined : evaluations.get(id);
      return result === undefined
        ? []
        : [{ candidate: step.name, examples: new Map(result.examples.map((e) => [e.id, e])) }];
    });
    const answered = [...(results[0]?.examples.values() ?? [])].filter((example) => answerOf(example) !== undefined);
    const prompts = answered.map((example) => example.promptDigest).join();
    if (answered.length === 0 || shown.has(prompts)) {
      continue;
    }
    shown.add(prompts);
    for (const example of spread(answered, SAMPLES)) {
      samples.push({
        label,
        id: example.id,
        prompt: promptOf(example),
        answers: results.flatMap(({ candidate, examples }) => {
          const other = examples.get(example.id);
          const text = other === undefined ? undefined : answerOf(other);
          return other === undefined || text === undefined ? [] : [{ candidate, text, scores: other.scores }];
        }),
      });
    }
  }
  return samples;
}

/** Up to `count` entries, evenly spread, the first always among them. */
function spread<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, list.length / count);
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor(i * step)]).filter(
    (entry): entry is T => entry !== undefined,
  );
}

function answerOf(example: ExampleResult): string | undefined {
  const { answer } = example.detail;
  return typeof answer === 'string' ? answer : undefined;
}

function promptOf(example: ExampleResult): string {
  const { instruction, question } = example.detail;
  return typeof instruction === 'string' ? instruction : typeof question === 'string' ? question : '';
}
