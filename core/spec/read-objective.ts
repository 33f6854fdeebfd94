/** `objective`: what a sweep searches for. */
import type { Span } from '../diagnostic.js';
import type { SweepConstraint, SweepGoal, SweepObjective } from '../sweep/types.js';
import { parseConstraint } from './constraint.js';
import { KnownMetrics } from './known-metrics.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { scalarPlaces, spanInScalar } from './scalar-offsets.js';
import type { SpecBenchmark } from './types.js';
import { entriesOf, entryOf, itemsOf, textOf, type YamlNode } from './yaml-tree.js';

interface Given {
  readonly names: Namespace;
  /** Undefined when they are not known because of other problems. */
  readonly candidates: readonly string[] | undefined;
  readonly benchmarks: readonly SpecBenchmark[];
}

/** Goals in the order of the text, and constraints; undefined when there is no such key. */
export function readObjective(
  text: string,
  root: YamlNode,
  given: Given,
  problems: SpecProblems,
): SweepObjective | undefined {
  const entry = entryOf(root, 'objective');
  if (entry === undefined) {
    return undefined;
  }
  if (entryOf(root, 'evaluate') === undefined) {
    const hint = 'Write evaluate: { with: […] } with the benchmarks of these metrics.';
    const message = 'objective needs the key "evaluate"';
    problems.add({ code: 'SPEC_MISSING_KEY', message, hint, span: entry.keySpan });
  }
  const metrics = new KnownMetrics(root, given.benchmarks, problems);
  const goals = readGoals(entry.value, metrics, problems);
  const isGoalWritten = ['maximize', 'minimize'].some((key) => entryOf(entry.value, key) !== undefined);
  if (!isGoalWritten && entriesOf(entry.value).length > 0) {
    const message = 'objective needs the key "maximize" or "minimize"';
    const hint = 'Write maximize: or minimize: and a metric; constraints alone do not determine the best point.';
    problems.add({ code: 'SPEC_MISSING_KEY', message, hint, span: entry.keySpan });
  }
  return { goals, constraints: readConstraints(text, entry.value, { ...given, metrics }, problems) };
}

function readGoals(objective: YamlNode, metrics: KnownMetrics, problems: SpecProblems): readonly SweepGoal[] {
  const goals: SweepGoal[] = [];
  for (const { key, value } of entriesOf(objective)) {
    if (key !== 'maximize' && key !== 'minimize') {
      continue;
    }
    for (const node of value.kind === 'list' ? value.items : [value]) {
      const metric = textOf(node);
      if (metric === undefined) {
        continue;
      }
      if (goals.some((goal) => goal.metric === metric)) {
        const message = `${metric} is already a goal`;
        problems.add({ code: 'SPEC_METRIC', message, hint: 'Name it once.', span: node.span });
      } else {
        metrics.check(metric, node.span);
        goals.push({ metric, direction: key });
      }
    }
  }
  return goals;
}

function readConstraints(
  text: string,
  objective: YamlNode,
  given: Given & { readonly metrics: KnownMetrics },
  problems: SpecProblems,
): readonly SweepConstraint[] {
  const { names, candidates, metrics } = given;
  return itemsOf(entryOf(objective, 'subject-to')?.value).flatMap((scalar): readonly SweepConstraint[] => {
    const written = textOf(scalar);
    if (written === undefined || scalar.kind !== 'scalar') {
      return [];
    }
    const places = scalarPlaces(text, scalar);
    const locate = (span: Span): Span => spanInScalar(places, scalar, span);
    const { constraint, problem } = parseConstraint(written);
    if (constraint === undefined) {
      const { message, hint, span } = problem;
      problems.add({ code: 'SPEC_CONSTRAINT', message, hint, span: locate(span) });
      return [];
    }
    const { metric, relation, factor, of } = constraint;
    metrics.check(metric.text, locate(metric.span));
    const name = of === undefined ? undefined : names.resolve(of.text, locate(of.span), ['adapter', 'base']);
    if (of !== undefined && name !== undefined && candidates?.includes(name) === false) {
      const message = `"${name}" is not evaluated, so it has no ${metric.text.slice(0, 60)}`;
      const hint = `Add it to evaluate.steps; known: ${candidates.join(', ')}.`;
      problems.add({ code: 'SPEC_NOT_EVALUATED', message, hint, span: locate(of.span) });
    }
    return [{ metric: metric.text, relation, factor, of: name, text: written }];
  });
}
