/** Values of expressions. */
import type { CallArguments, Expression } from './ast.js';
import { attribute, item, slice } from './attributes.js';
import type { Budget } from './budget.js';
import type { FilterTools } from './filter.js';
import { applyFilter } from './filters.js';
import { binary, compare, iterate, signed } from './operators.js';
import { textOf } from './print.js';
import type { Scope } from './scope.js';
import { applyTest } from './tests.js';
import { dict, isKind, isTrue, missing, TemplateError, typeName, type Arguments, type Value } from './value.js';

/** Evaluates expressions within a budget. */
export class Evaluator {
  readonly budget: Budget;
  readonly #tools: FilterTools;

  constructor(budget: Budget) {
    this.budget = budget;
    this.#tools = {
      budget,
      test: (name, value, given) => applyTest(name, value, given, budget),
      filter: (name, value, given) => applyFilter(name, value, given, this.#tools),
    };
  }

  /** @throws TemplateError for what Python or Jinja would refuse, and beyond the budget */
  value(expression: Expression, scope: Scope): Value {
    this.budget.step();
    return this.budget.deeper(() => this.#value(expression, scope));
  }

  #value(e: Expression, scope: Scope): Value {
    const of = (inner: Expression): Value => this.value(inner, scope);
    switch (e.kind) {
      case 'constant':
        return e.value;
      case 'name':
        return scope.get(e.name);
      case 'list':
      case 'tuple':
        return { kind: e.kind, items: e.items.map(of) };
      case 'dict':
        return dict(e.pairs.map(([key, value]) => [of(key), of(value)] as const));
      case 'attribute':
        return attribute(of(e.of), e.name, this.budget);
      case 'item':
        return item(of(e.of), of(e.at), this.budget);
      case 'slice':
        return slice(
          of(e.of),
          e.bounds.map((bound) => (bound === undefined ? undefined : of(bound))),
          this.budget,
        );
      case 'call':
        return this.call(of(e.of), this.given(e.given, scope));
      case 'filter':
        return this.filtered(of(e.of), e.name, this.given(e.given, scope));
      case 'test':
        return applyTest(e.name, of(e.of), this.given(e.given, scope), this.budget);
      case 'unary':
        return e.operator === 'not' ? !isTrue(of(e.of)) : signed(e.operator, of(e.of));
      case 'binary':
        return binary(e.operator, of(e.left), of(e.right), this.budget);
      case 'concat': {
        const texts = e.parts.map((part) => textOf(of(part), this.budget));
        this.budget.text(texts.reduce((sum, text) => sum + text.length, 0));
        return texts.join('');
      }
      case 'compare':
        return this.#comparison(e, scope);
      case 'and': {
        const left = of(e.left);
        return isTrue(left) ? of(e.right) : left;
      }
      case 'or': {
        const left = of(e.left);
        return isTrue(left) ? left : of(e.right);
      }
      case 'choice':
        return isTrue(of(e.test))
          ? of(e.then)
          : e.otherwise === undefined
            ? missing('the inline if-expression evaluated to false and no else section was defined.')
            : of(e.otherwise);
    }
  }

  /** A filter put on a value. */
  filtered(value: Value, name: string, given: Arguments): Value {
    return applyFilter(name, value, given, this.#tools);
  }

  /** Calls what can be called. */
  call(value: Value, given: Arguments): Value {
    if (isKind(value, 'callable')) {
      return value.call(given);
    }
    throw new TemplateError(isKind(value, 'missing') ? value.message : `'${typeName(value)}' object is not callable`);
  }

  /** Arguments of a call. */
  given({ positional, named, spread, spreadNamed }: CallArguments, scope: Scope): Arguments {
    const values = positional.map((argument) => this.value(argument, scope));
    const more = spread === undefined ? [] : iterate(this.value(spread, scope), this.budget);
    const byName = new Map(named.map(([name, argument]) => [name, this.value(argument, scope)] as const));
    const others = spreadNamed === undefined ? undefined : this.value(spreadNamed, scope);
    if (others !== undefined && !isKind(others, 'dict')) {
      throw new TemplateError('argument after ** must be a mapping');
    }
    for (const [key, value] of others?.entries.values() ?? []) {
      if (typeof key !== 'string' || byName.has(key)) {
        throw new TemplateError('got multiple values for a keyword argument');
      }
      byName.set(key, value);
    }
    return { positional: [...values, ...more], named: byName };
  }

  #comparison({ first, rest }: Extract<Expression, { readonly kind: 'compare' }>, scope: Scope): boolean {
    let left = this.value(first, scope);
    for (const [operator, expression] of rest) {
      const right = this.value(expression, scope);
      if (!compare(operator, left, right, this.budget)) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
