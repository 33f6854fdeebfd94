/** The one object that `run --json` and `results --json` print. */
import type { Digest } from '../digest.js';
import type { MetricValue } from '../evaluation/types.js';
import type { ComparisonResult, RunReport } from './types.js';

/** Results of a run for programs: metrics by `label.metric`. */
export interface ResultsObject {
  readonly run: { readonly name: string; readonly runId: string };
  readonly spec: { readonly kind: string; readonly planDigest: Digest; readonly baseline: string };
  readonly steps: Readonly<
    Record<
      string,
      { readonly digest: Digest; readonly expression: string; readonly metrics: Readonly<Record<string, MetricValue>> }
    >
  >;
  readonly comparisons: ComparisonResult['pairs'];
  readonly outputs: RunReport['outputs'];
}

/** Takes from a report what programs ask for. */
export function resultsObject(report: RunReport): ResultsObject {
  const steps = report.steps.map((step) => {
    const metrics = step.evaluations.flatMap((evaluation) =>
      Object.entries(evaluation.metrics).map(([name, value]) => [`${evaluation.label}.${name}`, value] as const),
    );
    return [
      step.name,
      { digest: step.digest, expression: step.expression, metrics: Object.fromEntries(metrics) },
    ] as const;
  });
  return {
    run: { name: report.run.name, runId: report.run.runId },
    spec: { kind: report.specKind, planDigest: report.planDigest, baseline: report.baseline },
    steps: Object.fromEntries(steps),
    comparisons: report.comparisons.pairs,
    outputs: report.outputs,
  };
}
