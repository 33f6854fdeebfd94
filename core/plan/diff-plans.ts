/** What changed between two plans, in words a user can act on. */
import type { Plan, PlanStep } from './types.js';

/**
 * Differences that matter to results: steps, adapters, base model, benchmarks, data, environment. Empty when the plans
 * have the same digest.
 */
export function describeChanges(before: Plan, after: Plan): string[] {
  if (before.digest === after.digest) {
    return [];
  }
  const changes = [
    ...compareMaps('base model', sources([before.base]), sources([after.base])),
    ...compareMaps('adapter', sources(before.adapters), sources(after.adapters)),
    ...compareMaps('step', expressions(before.steps), expressions(after.steps)),
    ...compareMaps('benchmark', benchmarks(before), benchmarks(after)),
    ...compareMaps('output', outputs(before), outputs(after)),
    ...compareMaps(
      'environment',
      new Map(Object.entries(before.environment)),
      new Map(Object.entries(after.environment)),
    ),
  ];
  if (before.baseline !== after.baseline) {
    changes.push(`baseline: ${before.baseline} → ${after.baseline}`);
  }
  return changes.length > 0 ? changes : ['comparisons, or the version of an operator or benchmark'];
}

function compareMaps(what: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const changes: string[] = [];
  for (const [name, value] of after) {
    const old = before.get(name);
    if (old === undefined) {
      changes.push(`${what} ${name} is new: ${value}`);
    } else if (old !== value) {
      changes.push(`${what} ${name}: ${old} → ${value}`);
    }
  }
  for (const name of before.keys()) {
    if (!after.has(name)) {
      changes.push(`${what} ${name} is gone`);
    }
  }
  return changes;
}

function sources(
  list: readonly ({ readonly name: string; readonly digest: string } | undefined)[],
): Map<string, string> {
  return new Map(list.flatMap((source) => (source === undefined ? [] : [[source.name, source.digest.slice(0, 19)]])));
}

function expressions(steps: readonly PlanStep[]): Map<string, string> {
  return new Map(steps.map((step) => [step.name, step.expression]));
}

/** Benchmarks by candidate and label, with what determines them. */
function benchmarks(plan: Plan): Map<string, string> {
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  const entries = plan.steps.flatMap((step) =>
    Object.entries(step.evaluations).map(([label, id]): [string, string] => {
      const node = nodes.get(id);
      const facts =
        node?.kind === 'evaluate' ? `${JSON.stringify(node.parameters)} on ${node.data.digest.slice(0, 19)}` : '';
      return [label, facts];
    }),
  );
  return new Map(entries);
}

function outputs(plan: Plan): Map<string, string> {
  return new Map(
    plan.nodes.flatMap((node) => (node.kind === 'write' ? [[node.step, `${node.path} (${node.dtype})`]] : [])),
  );
}
