/** What an objective names. */
import type { SweepObjective } from './types.js';

/** Metrics of goals and constraints as `label.metric`, each once; none without an objective. */
export function objectiveMetrics(objective: SweepObjective | null): readonly string[] {
  const { goals = [], constraints = [] } = objective ?? {};
  return [...new Set([...goals, ...constraints].map(({ metric }) => metric))];
}
