/** From scores of examples to the numbers of a benchmark. */
import { estimateMean, estimateRatio } from '../statistics/summary.js';
import type { ExampleResult, MetricDefinition, MetricValue } from './types.js';

/**
 * Value, standard error and n of every metric. Examples with a null score do not count.
 *
 * - `accuracy`, `mean`: the mean over examples, sample standard error (n − 1)
 * - `ratio`: Σ score / Σ weight, linearised standard error over blocks
 * - `perplexity`: exp of that ratio; its standard error is value · stderr of the ratio (delta method)
 */
export function metricValues(
  metrics: readonly MetricDefinition[],
  examples: readonly ExampleResult[],
): Readonly<Record<string, MetricValue>> {
  return Object.fromEntries(metrics.map((metric) => [metric.name, metricValue(metric, examples)]));
}

function metricValue(metric: MetricDefinition, examples: readonly ExampleResult[]): MetricValue {
  const scores: number[] = [];
  const weights: number[] = [];
  for (const example of examples) {
    const score = example.scores[metric.name] ?? null;
    if (score !== null) {
      scores.push(score);
      weights.push(example.weight);
    }
  }
  switch (metric.kind) {
    case 'accuracy':
    case 'mean':
      return estimateMean(scores);
    case 'ratio':
      return estimateRatio(scores, weights);
    case 'perplexity': {
      const { value, stderr, n } = estimateRatio(scores, weights);
      const perplexity = value === null ? null : Math.exp(value);
      return { value: perplexity, stderr: perplexity === null || stderr === null ? null : perplexity * stderr, n };
    }
  }
}
