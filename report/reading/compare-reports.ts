/** Two runs side by side: their same-named steps, metric by metric. */
import type { MetricValue } from '../../core/evaluation/types.js';
import { metricKey, type ReportedMetric } from './scoreboard.js';
import { environmentWords } from '../words/responses.js';
import type { RunReport } from '../types.js';

/** One metric of one step in both runs. */
export interface MetricChange {
  /** `label.metric`. */
  readonly metric: string;
  readonly definition: ReportedMetric;
  readonly first: MetricValue | null;
  readonly second: MetricValue | null;
  /** `second` minus `first`; null where one of them has no value. */
  readonly difference: number | null;
}

/** One step that both runs have. */
export interface StepChange {
  readonly step: string;
  /** Whether its weights are the same: equal expressions over equal adapters. */
  readonly sameWeights: boolean;
  readonly metrics: readonly MetricChange[];
}

/** What differs between two runs. */
export interface ReportDifference {
  readonly steps: readonly StepChange[];
  /** Steps that only one run has. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  /** Whether every value of every step is the same. */
  readonly isSame: boolean;
  /** What responses were computed on, in words; empty where a run was made before that was recorded. */
  readonly environments: { readonly first: readonly string[]; readonly second: readonly string[] };
  /** Whether those are known and differ: the last digits of values may then differ for that alone. */
  readonly otherEnvironments: boolean;
}

/** Compares by name. Values only: whether a difference is more than noise takes both in one run, paired by example. */
export function compareReports(first: RunReport, second: RunReport): ReportDifference {
  const others = new Map(second.steps.map((step) => [step.name, step]));
  const names = new Set(first.steps.map(({ name }) => name));
  const definitions = new Map([...second.metrics, ...first.metrics].map((metric) => [metricKey(metric), metric]));
  const steps = first.steps.flatMap((step): StepChange[] => {
    const other = others.get(step.name);
    if (other === undefined) {
      return [];
    }
    const metrics = [...definitions].flatMap(([key, definition]): MetricChange[] => {
      const [before, after] = [step, other].map(
        ({ evaluations }) =>
          evaluations.find(({ label }) => label === definition.label)?.metrics[definition.name] ?? null,
      );
      const [from, to] = [before?.value ?? null, after?.value ?? null];
      return before === null && after === null
        ? []
        : [
            {
              metric: key,
              definition,
              first: before ?? null,
              second: after ?? null,
              difference: from === null || to === null ? null : to - from,
            },
          ];
    });
    return [{ step: step.name, sameWeights: step.digest === other.digest, metrics }];
  });
  const onlyFirst = first.steps.flatMap(({ name }) => (others.has(name) ? [] : [name]));
  const onlySecond = second.steps.flatMap(({ name }) => (names.has(name) ? [] : [name]));
  const isSame =
    onlyFirst.length + onlySecond.length === 0 &&
    steps.every(({ metrics }) => metrics.every((change) => change.first?.value === change.second?.value));
  const environments = { first: environmentsOf(first), second: environmentsOf(second) };
  const known = environments.first.length > 0 && environments.second.length > 0;
  const otherEnvironments = known && environments.first.join('\n') !== environments.second.join('\n');
  return { steps, onlyFirst, onlySecond, isSame, environments, otherEnvironments };
}

function environmentsOf({ provenance: { evaluatedOn = [] } }: RunReport): readonly string[] {
  return evaluatedOn.map(({ environment }) => environmentWords(environment)).sort();
}
