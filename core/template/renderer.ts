/** Runs the statements of a template. */
import type { Block, FilterChain, Parameter, Statement, Target } from './ast.js';
import type { Budget } from './budget.js';
import { Evaluator } from './expressions.js';
import { loopValue } from './loop-value.js';
import { iterate } from './operators.js';
import { textOf } from './print.js';
import { Scope } from './scope.js';
import {
  callable,
  dict,
  isKind,
  isTrue,
  tuple,
  TemplateError,
  type Arguments,
  type Callable,
  type Value,
} from './value.js';

/** How a block ended. */
type End = 'done' | 'break' | 'continue';

/** Runs blocks within a budget and collects their text. */
export class Renderer {
  readonly #budget: Budget;
  readonly #evaluator: Evaluator;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#evaluator = new Evaluator(budget);
  }

  /** The text of a block. */
  text(block: Block, scope: Scope): string {
    const pieces: string[] = [];
    this.#run(block, scope, pieces);
    return pieces.join('');
  }

  #run(block: Block, scope: Scope, out: string[]): End {
    for (const statement of block) {
      this.#budget.step();
      const end = this.#budget.deeper(() => this.#statement(statement, scope, out));
      if (end !== 'done') {
        return end;
      }
    }
    return 'done';
  }

  #write(text: string, out: string[]): void {
    this.#budget.text(text.length);
    out.push(text);
  }

  #statement(s: Statement, scope: Scope, out: string[]): End {
    const evaluate = this.#evaluator;
    switch (s.kind) {
      case 'text':
        this.#write(s.text, out);
        return 'done';
      case 'print':
        this.#write(textOf(evaluate.value(s.value, scope), this.#budget), out);
        return 'done';
      case 'if':
        return this.#run(isTrue(evaluate.value(s.test, scope)) ? s.then : s.otherwise, scope, out);
      case 'for':
        return this.#for(s, scope, out);
      case 'set':
        assign(s.target, evaluate.value(s.value, scope), scope, this.#budget);
        return 'done';
      case 'capture': {
        const text = this.#filtered(this.text(s.body, new Scope(scope)), s.filters, scope);
        assign(s.target, text, scope, this.#budget);
        return 'done';
      }
      case 'with': {
        const values = s.values.map(([target, value]) => [target, evaluate.value(value, scope)] as const);
        const inner = new Scope(scope);
        values.forEach(([target, value]) => {
          assign(target, value, inner, this.#budget);
        });
        return this.#run(s.body, inner, out);
      }
      case 'macro':
        scope.set(s.name, this.#macro(s.name, s.parameters, s.body, scope));
        return 'done';
      case 'callBlock':
        this.#write(textOf(this.#callBlock(s, scope), this.#budget), out);
        return 'done';
      case 'filterBlock':
        this.#write(textOf(this.#filtered(this.text(s.body, new Scope(scope)), s.filters, scope), this.#budget), out);
        return 'done';
      case 'group':
        return this.#run(s.body, new Scope(scope), out);
      case 'break':
      case 'continue':
        return s.kind;
    }
  }

  #for(s: Extract<Statement, { readonly kind: 'for' }>, scope: Scope, out: string[]): End {
    const all = iterate(this.#evaluator.value(s.over, scope), this.#budget);
    const items = all.filter((item) => {
      if (s.test === undefined) {
        return true;
      }
      const inner = new Scope(scope);
      assign(s.target, item, inner, this.#budget);
      return isTrue(this.#evaluator.value(s.test, inner));
    });
    for (const [place, item] of items.entries()) {
      this.#budget.step();
      const inner = new Scope(scope);
      assign(s.target, item, inner, this.#budget);
      inner.set('loop', loopValue(items, place));
      if (this.#run(s.body, inner, out) === 'break') {
        break;
      }
    }
    return items.length === 0 ? this.#run(s.otherwise, new Scope(scope), out) : 'done';
  }

  #filtered(text: string, filters: FilterChain, scope: Scope): Value {
    return filters.reduce<Value>(
      (value, { name, given }) => this.#evaluator.filtered(value, name, this.#evaluator.given(given, scope)),
      text,
    );
  }

  #callBlock(s: Extract<Statement, { readonly kind: 'callBlock' }>, scope: Scope): Value {
    if (s.call.kind !== 'call') {
      throw new TemplateError('expected a call in {% call %}');
    }
    const caller = this.#macro('caller', s.parameters, s.body, scope);
    const given = this.#evaluator.given(s.call.given, scope);
    const named = new Map([...given.named, ['caller', caller] as const]);
    return this.#evaluator.call(this.#evaluator.value(s.call.of, scope), { ...given, named });
  }

  #macro(name: string, parameters: readonly Parameter[], body: Block, outer: Scope): Callable {
    return callable(name, (given) =>
      this.#budget.deeper(() => {
        this.#budget.step();
        const scope = new Scope(outer);
        const names = new Set(parameters.map((parameter) => parameter.name));
        const more = given.positional.slice(parameters.length);
        const others = [...given.named].filter(([key]) => !names.has(key) && key !== 'caller');
        parameters.forEach((parameter, place) => {
          scope.set(parameter.name, this.#argument(name, parameter, given, place, scope));
        });
        scope.set('varargs', tuple(more));
        scope.set('kwargs', dict(others));
        const caller = given.named.get('caller');
        if (caller !== undefined) {
          scope.set('caller', caller);
        }
        return this.text(body, scope);
      }),
    );
  }

  #argument(macro: string, { name, standard }: Parameter, given: Arguments, place: number, scope: Scope): Value {
    const value = given.positional[place] ?? given.named.get(name);
    if (value !== undefined || given.positional.length > place) {
      return value ?? null;
    }
    return standard === undefined
      ? { kind: 'missing', message: `parameter '${name}' of ${macro} was not provided` }
      : this.#evaluator.value(standard, scope);
  }
}

function assign(target: Target, value: Value, scope: Scope, budget: Budget): void {
  switch (target.kind) {
    case 'name':
      scope.set(target.name, value);
      return;
    case 'member': {
      const namespace = scope.get(target.name);
      if (!isKind(namespace, 'namespace')) {
        throw new TemplateError('cannot assign attribute on non-namespace object');
      }
      namespace.values.set(target.attribute, value);
      return;
    }
    case 'tuple': {
      const items = iterate(value, budget);
      if (items.length !== target.items.length) {
        throw new TemplateError(
          `expected ${String(target.items.length)} values to unpack, got ${String(items.length)}`,
        );
      }
      target.items.forEach((part, place) => {
        assign(part, items[place] ?? null, scope, budget);
      });
    }
  }
}
