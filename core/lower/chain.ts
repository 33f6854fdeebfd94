/** The chain of a sweep: an expression with variables, parsed once, resolved for every point. */
import { OminusError } from '../errors.js';
import { parseExpression, type ParseResult } from '../expression/parser.js';
import { resolveFormula, type LambdaDefaults } from '../expression/resolve.js';
import type { Decimal, Formula } from '../expression/types.js';
import type { PlanOf } from '../plan/types.js';
import type { SweepSpec } from '../spec/types.js';
import type { SweepPlan } from '../sweep/types.js';
import { freeVariables, linkValues } from '../sweep/variables.js';

/** A chain, parsed once for all its points. */
export interface Chain {
  readonly parsed: ParseResult;
  readonly adapters: ReadonlySet<string>;
  readonly lambda: LambdaDefaults;
  readonly variables: SweepPlan['variables'];
}

/** The chain of a spec, as its reader parsed it. */
export function chainOfSpec({ chain, adapters, lambda, variables }: SweepSpec): Chain {
  return { parsed: chain.parsed, adapters: new Set(adapters.keys()), lambda, variables };
}

/** The chain of a stored plan, which has it as text. Parsed once per plan: a caller that needs it twice keeps it. */
export function chainOfPlan({ adapters, sweep: { chain, lambda, variables } }: PlanOf<'sweep'>): Chain {
  return {
    parsed: parseExpression(chain, new Set(variables.map(({ name }) => name))),
    adapters: new Set(adapters.map(({ name }) => name)),
    lambda: {
      ...(lambda.all === undefined ? {} : { all: lambda.all }),
      ...(lambda.byAdapter === undefined ? {} : { byAdapter: new Map(lambda.byAdapter) }),
    },
    variables,
  };
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
