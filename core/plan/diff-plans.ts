/** What changed between two plans, in words a user can act on. */
import { canonicalJson, type Json } from '../digest.js';
import type { SweepObjective, SweepPlan, SweepSearch, SweepVariable } from '../sweep/types.js';
import type { Plan, PlanStep } from './types.js';

/**
 * Differences that matter to results: steps, adapters, base model, benchmarks, data, environment. Empty when the plans
 * have the same digest.
 */
export function describeChanges(before: Plan, after: Plan): string[] {
  if (before.digest === after.digest) {
    return [];
  }
  const changes = namedChanges(before, after);
  return changes.length > 0 ? changes : [UNNAMED];
}

/**
 * What keeps a sweep from being extended to another plan: everything that changed but the values of variables and the
 * search. Empty when the points of both plans are made and evaluated alike, so that those of the first count for the second.
 */
export function changesBesidePoints(before: Plan, after: Plan): string[] {
  const aligned =
    before.specKind === 'sweep' && after.specKind === 'sweep'
      ? { ...after, sweep: withPointsOf(after.sweep, before.sweep) }
      : after;
  const changes = namedChanges(before, aligned);
  return changes.length > 0 || comparable(before) === comparable(aligned) ? changes : [UNNAMED];
}

/** Whether two plans are of one spec over the same sources for the same device: only versions of what computes them differ. */
export function differInVersionsAlone(before: Plan, after: Plan): boolean {
  return (
    before.specText === after.specText &&
    before.environment['device'] === after.environment['device'] &&
    namedChanges({ ...before, environment: after.environment }, after).length === 0
  );
}

/** Where no name says more. */
const UNNAMED = 'comparisons, or the version of an operator or benchmark';

function withPointsOf(sweep: SweepPlan, { variables, search }: SweepPlan): SweepPlan {
  const names = (list: SweepPlan['variables']): string => list.map(({ name }) => name).join(' ');
  return names(sweep.variables) === names(variables) ? { ...sweep, variables, search } : { ...sweep, search };
}

/** All that determines results; the same text for a plan that comes from the store. */
function comparable(plan: Plan): string {
  const { nodes, steps, baseline, environment } = plan;
  const facts = { keys: nodes.map(({ key }) => key), steps: steps.map(({ name }) => name), baseline, environment };
  return canonicalJson({ ...facts, sweep: (plan.specKind === 'sweep' ? plan.sweep : null) as Json }); // plain data all through
}

function namedChanges(before: Plan, after: Plan): string[] {
  const changes = [
    ...compareMaps('base model', sources([before.base]), sources([after.base])),
    ...compareMaps('adapter', sources(before.adapters), sources(after.adapters)),
    ...compareMaps('step', expressions(before.steps), expressions(after.steps)),
    ...compareMaps('study', studyFacts(before), studyFacts(after)),
    ...compareMaps('benchmark', benchmarks(before), benchmarks(after)),
    ...compareMaps('role of', rolesOf(before), rolesOf(after)),
    ...compareMaps('margin of', marginsOf(before), marginsOf(after)),
    ...compareMaps('output', outputs(before), outputs(after)),
    ...compareMaps('variable', variables(before), variables(after)),
    ...compareMaps('sweep', sweepFacts(before), sweepFacts(after)),
    ...compareMaps('prompt', promptRules(before), promptRules(after)),
    ...compareMaps(
      'environment',
      new Map(Object.entries(before.environment)),
      new Map(Object.entries(after.environment)),
    ),
  ];
  if (before.baseline !== after.baseline) {
    changes.push(`baseline: ${before.baseline} → ${after.baseline}`);
  }
  return changes;
}

function promptRules({ prompt = {} }: Plan): Map<string, string> {
  return new Map(Object.entries(prompt).map(([rule, value]) => [rule, String(value)]));
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
      changes.push(`${what} ${name} was removed`);
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

function rolesOf({ presentation }: Plan): Map<string, string> {
  return new Map(Object.entries(presentation?.roles ?? {}));
}

function marginsOf({ presentation }: Plan): Map<string, string> {
  return new Map(Object.entries(presentation?.margins ?? {}).map(([metric, margin]) => [metric, String(margin)]));
}

/** What a study compares; its arms are steps. */
function studyFacts(plan: Plan): Map<string, string> {
  if (plan.specKind !== 'order-study') {
    return new Map();
  }
  const { expert, remove, orders, settings, operators, distinct } = plan.study;
  const names = orders.map((order) => order.map((place) => remove[place] ?? '').join(', '));
  return new Map([
    ['expert', expert],
    ['anti-experts', remove.join(', ')],
    ['orders', orders.length <= 6 ? names.join('; ') : `${orders.length}, the first ${names[0] ?? ''}`],
    ['operators', operators.join(', ')],
    ['λ settings', settings.map(({ label }) => label).join('; ')],
    ['distinct', distinct === null ? 'every order' : String(distinct)],
  ]);
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
    plan.nodes.flatMap((node) => (node.kind === 'write' ? [[node.step, `${node.path} (${elements(node)})`]] : [])),
  );
}

/** Element type, and ranks where they are not the default. */
function elements({ dtype, ranks = 'uniform' }: { readonly dtype: string; readonly ranks?: string }): string {
  return ranks === 'uniform' ? dtype : `${dtype}, ${ranks} ranks`;
}

function variables(plan: Plan): Map<string, string> {
  const all = plan.specKind === 'sweep' ? plan.sweep.variables : [];
  return new Map(all.map((variable) => [variable.name, variableText(variable)]));
}

/** So many values are listed; of longer lists the ends. */
const LISTED_VALUES = 6;

function variableText(variable: SweepVariable): string {
  switch (variable.kind) {
    case 'values': {
      const { values } = variable;
      return values.length <= LISTED_VALUES
        ? values.join(', ')
        : `${values.slice(0, 2).join(', ')}, …, ${values.at(-1) ?? ''} (${String(values.length)} values)`;
    }
    case 'interval':
      return `from ${variable.from} to ${variable.to}${variable.scale === 'log' ? ', log' : ''}`;
    case 'linked':
      return `${variable.times} × ${variable.of}`;
  }
}

/** What else a sweep is made of, as text by what it is called; its benchmarks are those of its candidates. */
function sweepFacts(plan: Plan): Map<string, string> {
  if (plan.specKind !== 'sweep') {
    return new Map();
  }
  const { chain, lambda, search, objective, output } = plan.sweep;
  const lambdas = [
    ...(lambda.all === undefined ? [] : [lambda.all]),
    ...(lambda.byAdapter ?? []).map(([name, value]) => `${name}=${value}`),
  ];
  return new Map([
    ['chain', chain],
    ['lambda', lambdas.join(', ') || 'none'],
    ['search', searchText(search)],
    ['objective', objectiveText(objective)],
    ['output', output === null ? 'none' : `${output.keep} to ${output.path} (${elements(output)})`],
  ]);
}

function searchText(search: SweepSearch): string {
  switch (search.method) {
    case 'grid':
      return 'grid';
    case 'random':
    case 'sobol':
      return `${search.method}, ${String(search.points)} points, seed ${String(search.seed)}`;
    case 'optimize':
      return `optimize, ${String(search.points)} points in generations of ${String(search.population)}, seed ${String(search.seed)}${search.samples.length === 0 ? '' : `, samples ${search.samples.join(', ')}`}`;
  }
}

function objectiveText(objective: SweepObjective | null): string {
  return objective === null
    ? 'none'
    : [
        ...objective.goals.map(({ direction, metric }) => `${direction} ${metric}`),
        ...objective.constraints.map(({ text }) => text),
      ].join(', ');
}
