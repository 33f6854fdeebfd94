/** Syntax → formula: names resolved, steps inlined, every coefficient present. */
import { nearest } from '../diagnostic.js';
import { assertNever, OminusError } from '../errors.js';
import { completeOptions } from './call-arguments.js';
import { ONE, parseDecimal } from './decimal.js';
import { countApplications, hasEdit } from './formula-size.js';
import { GRAMMAR, meantRowWord, rowForms, rowWord, type Grammar } from './grammar.js';
import { type ExpressionProblem } from './problem.js';
import { ProblemList } from './problem-list.js';
import { type ParseResult, parseExpression } from './parser.js';
import type {
  Application,
  Coefficient,
  Decimal,
  Expression,
  Formula,
  MadeFormula,
  NameReference,
  Operand,
  Term,
} from './types.js';

/** Operators of one formula with its steps written out; far above any recipe, it stops steps that double each other. */
export const MAX_APPLICATIONS = 1000;

/** Default coefficient of every ⊖ term without a written one. */
export interface LambdaDefaults {
  /** For every term, or where `byAdapter` says nothing; absent means 1. */
  readonly all?: Decimal;
  /** For a term `x` or `Ext(x)` or `Ext(x | y)` whose x is the name of this adapter. */
  readonly byAdapter?: ReadonlyMap<string, Decimal>;
}

/** What names mean. Adapters, steps and variables share one namespace. */
export interface Scope {
  readonly adapters: ReadonlySet<string>;
  /** Steps by name; undefined for one that is declared but has problems of its own. */
  readonly steps?: ReadonlyMap<string, Formula | undefined>;
  readonly variables?: ReadonlyMap<string, Decimal>;
  readonly lambda?: LambdaDefaults;
  /** Why calls cannot stand here, where they cannot. */
  readonly noCalls?: { readonly message: string; readonly hint: string };
  /** Why a variable cannot stand in a call; without it, it can. */
  readonly noVariablesInCalls?: { readonly message: string; readonly hint: string };
  /** Words before brackets; those of all registered operators unless given. */
  readonly grammar?: Grammar;
}

/** A formula, or what is wrong. Both are absent when only a step that is used has problems. */
export interface FormulaResult {
  readonly formula: Formula | undefined;
  readonly problems: readonly ExpressionProblem[];
}

/** Text → formula in one go. */
export function readFormula(text: string, scope: Scope): FormulaResult {
  return resolveFormula(parseExpression(text, new Set(scope.variables?.keys()), scope.grammar), scope);
}

/**
 * Gives a parsed expression its meaning: ⊖ and ⊕ become applications, from left to right; a head with a coefficient other
 * than 1 is `zero ⊕ c·x`; `base` is the zero adapter. Unknown names are reported beside the problems of the syntax.
 */
export function resolveFormula(parsed: ParseResult, scope: Scope): FormulaResult {
  const problems = new ProblemList(parsed.problems);
  let hasBrokenStep = false;
  for (const reference of parsed.references) {
    if (!isKnown(reference.name, scope)) {
      const known = [...scope.adapters, ...(scope.steps?.keys() ?? []), 'base'];
      problems.add(
        'EXPRESSION_NAME',
        reference.span,
        `unknown name "${reference.name}"`,
        adviseName(reference, known, scope),
      );
    }
    hasBrokenStep ||= scope.steps?.has(reference.name) === true && scope.steps.get(reference.name) === undefined;
  }
  if (parsed.expression === undefined || problems.count > 0 || hasBrokenStep) {
    return { formula: undefined, problems: problems.sorted() };
  }
  const formula = new Resolver(scope, problems).value(parsed.expression);
  const size = countApplications(formula);
  if (size > MAX_APPLICATIONS) {
    const message = `an expression has at most ${MAX_APPLICATIONS} operators once its steps are written out, got ${size}`;
    problems.add('EXPRESSION_SIZE', parsed.expression.span, message, 'Use fewer terms.');
  }
  return { formula: problems.count === 0 ? formula : undefined, problems: problems.sorted() };
}

function isKnown(name: string, scope: Scope): boolean {
  return name === 'base' || scope.adapters.has(name) || scope.steps?.has(name) === true;
}

function adviseName({ name }: NameReference, known: readonly string[], { grammar = GRAMMAR }: Scope): string {
  const row = meantRowWord(name, grammar);
  if (row !== undefined) {
    return `Write ${rowForms(row)} for ${row.noun}.`;
  }
  // `expert-truth` is one name, by longest match; most likely two were meant.
  for (const [index, sign] of [...name.matchAll(/[-+]/g)].map((match) => [match.index, match[0]] as const)) {
    const left = name.slice(0, index);
    const right = name.slice(index + 1);
    if (
      known.includes(left) &&
      (known.includes(right) || meantRowWord(right, grammar) !== undefined || grammar.rows.has(right))
    ) {
      return `Put blanks around the operator: ${left} ${sign} ${right}${grammar.rows.has(right) ? '(…)' : ''}.`;
    }
  }
  const near = nearest(name, known);
  const few = known.slice(0, 12).join(', ') + (known.length > 12 ? ', …' : '');
  return near === undefined ? `Known names: ${few}.` : `Did you mean ${near}?`;
}

class Resolver {
  readonly #scope: Scope;
  readonly #problems: ProblemList;
  /** How many calls stand around what is being resolved. */
  #calls = 0;

  constructor(scope: Scope, problems: ProblemList) {
    this.#scope = scope;
    this.#problems = problems;
  }

  value(expression: Expression): Formula {
    if (expression.kind === 'name') {
      return this.#name(expression.name);
    }
    return expression.tail.reduce<Formula>((left, term) => {
      const isMinus = term.operator === '⊖';
      const fallback = isMinus ? this.#defaultLambda(term.operand) : ONE;
      return apply({
        ...this.#right(term.operand),
        sign: isMinus ? -1 : 1,
        lambda: this.#lambda(term, fallback),
        left,
      });
    }, this.#head(expression.head));
  }

  #head(term: Term): Formula {
    const right = this.#right(term.operand);
    const lambda = this.#lambda(term, ONE);
    if (right.operator === 'direct' && lambda === ONE) {
      return right.right;
    }
    return apply({ ...right, sign: 1, lambda, left: { kind: 'zero' } });
  }

  #right(operand: Operand): Pick<Application<Formula>, 'operator' | 'right' | 'reference'> {
    switch (operand.kind) {
      case 'value':
        return { operator: 'direct', right: this.value(operand.value) };
      case 'call':
        return { operator: 'direct', right: this.#made(operand) };
      case 'edit': {
        const { operator, reference } = operand;
        const right = this.#edited(operand.value, operator);
        return reference === undefined
          ? { operator, right }
          : { operator, right, reference: this.#edited(reference, operator) };
      }
      default:
        return assertNever(operand);
    }
  }

  #made({ operator, operands, options, span }: Extract<Operand, { kind: 'call' }>): MadeFormula {
    const syntax = (this.#scope.grammar ?? GRAMMAR).calls.get(operator);
    if (syntax === undefined) {
      throw new OminusError('INTERNAL', { message: `the grammar has no call "${operator}"` });
    }
    this.#calls++;
    const values = operands.map((operand) => this.value(operand));
    this.#calls--;
    if (this.#scope.noCalls !== undefined) {
      const { message, hint } = this.#scope.noCalls;
      this.#problems.add('EXPRESSION_CALL', span, `${operator}( ) ${message}`, hint);
    }
    return {
      kind: 'make',
      call: { operator, operands: values, options: completeOptions(syntax, options, defaultDecimal) },
    };
  }

  /** x or y of an operator of rows: without another one, also where a step brings it in. */
  #edited(expression: Expression, operator: Application<Formula>['operator']): Formula {
    const formula = this.value(expression);
    if (hasEdit(formula)) {
      const word = rowWord(operator) ?? operator;
      const hint = `Make it a term of its own: x ⊖ ${word}(y) ⊖ ${word}(z).`;
      const message = `x and y of ${word}(x | y) are without ${word}, but a step used here contains one`;
      this.#problems.add('EXPRESSION_EXT', expression.span, message, hint);
    }
    return formula;
  }

  #name(name: string): Formula {
    if (name === 'base') {
      return { kind: 'zero' };
    }
    return this.#scope.steps?.get(name) ?? { kind: 'adapter', name };
  }

  #lambda({ coefficient }: { coefficient: Coefficient | undefined }, fallback: Decimal): Decimal {
    if (coefficient === undefined) {
      return fallback;
    }
    if (coefficient.kind === 'number') {
      return coefficient.value;
    }
    const { name, span } = coefficient;
    const { noVariablesInCalls, variables } = this.#scope;
    if (noVariablesInCalls !== undefined && this.#calls > 0) {
      const { message, hint } = noVariablesInCalls;
      this.#problems.add('EXPRESSION_CALL', span, `variable ${name} ${message}`, hint);
    }
    return variables?.get(name) ?? ONE;
  }

  #defaultLambda(operand: Operand): Decimal {
    const { all, byAdapter } = this.#scope.lambda ?? {};
    const value = operand.kind === 'call' ? undefined : operand.value;
    const own = value?.kind === 'name' ? byAdapter?.get(value.name) : undefined;
    return own ?? all ?? ONE;
  }
}

function apply(application: Application<Formula>): Formula {
  return { kind: 'apply', application };
}

function defaultDecimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) {
    throw new OminusError('INTERNAL', { message: `the default of an option is not a decimal: ${text}` });
  }
  return value;
}

/** The leftmost adapter of a formula, if there is one: the expert of a chain. Of a made leaf it is that of what it is made of. */
export function leftmostAdapter(formula: Formula): string | undefined {
  switch (formula.kind) {
    case 'adapter':
      return formula.name;
    case 'zero':
      return undefined;
    case 'apply':
      return leftmostAdapter(formula.application.left) ?? leftmostAdapter(formula.application.right);
    case 'make':
      return firstOf(formula.call.operands, leftmostAdapter);
    default:
      return assertNever(formula);
  }
}

function firstOf<X, Y>(items: readonly X[], find: (item: X) => Y | undefined): Y | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
