/** A sweep's plan → what the planner of a recipe is given: points and chosen points are planned as a recipe would be. */
import { requireBenchmark } from '../evaluation/registry.js';
import { OminusError } from '../errors.js';
import { parseExpression, type ParseResult } from '../expression/parser.js';
import { resolveFormula, type LambdaDefaults } from '../expression/resolve.js';
import type { Decimal, Formula } from '../expression/types.js';
import type { RecipeSpec, SpecBenchmark } from '../spec/types.js';
import type { SweepPlan } from '../sweep/types.js';
import { freeVariables, linkValues } from '../sweep/variables.js';
import type { PlanSources } from './plan-input.js';
import type { Plan } from './types.js';
import type { SourceRef } from '../source-ref.js';

/** Of benchmarks and steps that no text stands behind any more. */
const NOWHERE = { start: 0, end: 0 };

/**
 * The sweep of a plan.
 *
 * @throws OminusError `INTERNAL` for the plan of another kind of spec
 */
export function sweepOf(plan: Plan): SweepPlan {
  if (plan.sweep === undefined) {
    throw new OminusError('INTERNAL', { message: `not the plan of a sweep [kind=${plan.specKind}]` });
  }
  return plan.sweep;
}

/** Sources of a plan, as they were when it was made. */
export function planSources(plan: Plan): PlanSources {
  const data = new Map<string, SourceRef>();
  const classifiers = new Map<string, SourceRef>();
  for (const { parameters, data: dataRef, others = {}, classifier } of sweepOf(plan).benchmarks) {
    data.set(pathOf(parameters['data']), dataRef);
    for (const [name, ref] of Object.entries(others)) {
      data.set(pathOf(parameters[name]), ref);
    }
    if (classifier !== undefined) {
      classifiers.set(pathOf(parameters['classifier']), classifier);
    }
  }
  return {
    base: plan.base,
    adapters: new Map(plan.adapters.map((adapter) => [adapter.name, adapter])),
    data,
    classifiers,
    environment: plan.environment,
    benchmark: requireBenchmark,
    warnings: plan.warnings,
  };
}

/** The recipe that a sweep's plan amounts to, before it has any steps. */
export function recipeOfSweep(plan: Plan): RecipeSpec {
  const { benchmarks, semantics, missing, compare } = sweepOf(plan);
  return {
    kind: 'recipe',
    name: plan.name,
    text: plan.specText,
    base: undefined,
    adapters: new Map(plan.adapters.map(({ name, uri, digest }) => [name, { path: uri, digest, span: NOWHERE }])),
    semantics,
    missing,
    steps: [],
    evaluate: {
      candidates: plan.steps.map(({ name }) => name),
      benchmarks: benchmarks.map(({ benchmark, label, parameters }): SpecBenchmark => ({
        benchmark,
        label,
        parameters,
        span: NOWHERE,
        places: new Map(),
      })),
    },
    compare: { baseline: plan.baseline, pairs: [], ...compare },
    outputs: [],
  };
}

/** A chain, parsed once for all its points. */
export interface Chain {
  readonly parsed: ParseResult;
  readonly adapters: ReadonlySet<string>;
  readonly lambda: LambdaDefaults;
  readonly variables: SweepPlan['variables'];
}

/** Parses a chain. */
export function parseChain({ source, ...scope }: Omit<Chain, 'parsed'> & { readonly source: string }): Chain {
  return { ...scope, parsed: parseExpression(source, new Set(scope.variables.map(({ name }) => name))) };
}

/** The chain of a sweep's plan. */
export function chainOf(plan: Plan): Chain {
  const { chain, lambda, variables } = sweepOf(plan);
  return parseChain({
    source: chain,
    adapters: new Set(plan.adapters.map(({ name }) => name)),
    lambda: {
      ...(lambda.all === undefined ? {} : { all: lambda.all }),
      ...(lambda.byAdapter === undefined ? {} : { byAdapter: new Map(lambda.byAdapter) }),
    },
    variables,
  });
}

/**
 * The chain with values for its variables.
 *
 * @param values - in the order of the variables
 * @throws OminusError `INTERNAL` when the chain was not validated
 */
export function formulaOf({ parsed, variables, ...scope }: Chain, values: readonly Decimal[]): Formula {
  const named = variables.flatMap(({ name }, place) => values.slice(place, place + 1).map((v) => [name, v] as const));
  const { formula, problems } = resolveFormula(parsed, { ...scope, variables: new Map(named) });
  if (formula === undefined) {
    throw new OminusError('INTERNAL', { message: `the chain of a sweep is not valid: ${problems[0]?.message ?? ''}` });
  }
  return formula;
}

/** The first or last value of every variable: the names in a chain do not depend on them. */
export function sampleValues(variables: SweepPlan['variables'], end: 'first' | 'last' = 'first'): readonly Decimal[] {
  const free = freeVariables(variables).flatMap((variable) => {
    const values = variable.kind === 'values' ? variable.values : [variable.from, variable.to];
    return end === 'first' ? values.slice(0, 1) : values.slice(-1);
  });
  return linkValues(variables, free);
}

function pathOf(parameter: unknown): string {
  return typeof parameter === 'string' ? parameter : '';
}
