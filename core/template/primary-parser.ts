/** Literals, attributes, items, calls, filters and tests: what binds tighter than any operator. */
import type { CallArguments, Expression } from './ast.js';
import { TokenCursor } from './token-cursor.js';
import { float, integer, TemplateError } from './value.js';

const NO_ARGUMENTS: CallArguments = { positional: [], named: [], spread: undefined, spreadNamed: undefined };

/** Reads what operators stand between. */
export abstract class PrimaryParser extends TokenCursor {
  /** An expression, `a if b else c` among them. */
  abstract expression(): Expression;
  /** One expression, or a tuple without parentheses. */
  abstract tuple(): Expression;

  primary(): Expression {
    const token = this.advance();
    switch (token.kind) {
      case 'name':
        return nameOrConstant(token.text);
      case 'string': {
        let text = token.text;
        for (let more = this.next; more.kind === 'string'; more = this.next) {
          text += more.text;
          this.advance();
        }
        return { kind: 'constant', value: text };
      }
      case 'integer':
        return { kind: 'constant', value: integer(token.value) };
      case 'float':
        return { kind: 'constant', value: float(token.value) };
      case 'operator':
        if (token.text === '(') {
          const inner: Expression = this.sees('operator', ')') ? { kind: 'tuple', items: [] } : this.tuple();
          this.expect('operator', ')');
          return inner;
        }
        if (token.text === '[') {
          return { kind: 'list', items: this.#items(']', () => this.expression()) };
        }
        if (token.text === '{') {
          const pair = (): readonly [Expression, Expression] => {
            const key = this.expression();
            this.expect('operator', ':');
            return [key, this.expression()];
          };
          return { kind: 'dict', pairs: this.#items('}', pair) };
        }
        break;
      case 'text':
      case 'open':
      case 'close':
      case 'end':
        break;
    }
    this.back();
    throw this.unexpected('a value');
  }

  #items<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.skips('operator', close)) {
      if (items.length > 0) {
        this.expect('operator', ',');
        if (this.skips('operator', close)) {
          break;
        }
      }
      items.push(item());
    }
    return items;
  }

  postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.skips('operator', '.')) {
        const token = this.next;
        if (token.kind === 'integer') {
          this.advance();
          value = { kind: 'item', of: value, at: { kind: 'constant', value: token.value } };
        } else {
          value = { kind: 'attribute', of: value, name: this.name() };
        }
      } else if (this.skips('operator', '[')) {
        value = this.#subscript(value);
      } else if (this.sees('operator', '(')) {
        value = { kind: 'call', of: value, given: this.arguments() };
      } else {
        return value;
      }
    }
  }

  #subscript(of: Expression): Expression {
    const bound = (): Expression | undefined => (this.sees('operator', ':', ']') ? undefined : this.expression());
    const start = bound();
    if (start !== undefined && this.skips('operator', ']')) {
      return { kind: 'item', of, at: start };
    }
    this.expect('operator', ':');
    const stop = bound();
    const step = this.skips('operator', ':') ? bound() : undefined;
    this.expect('operator', ']');
    return { kind: 'slice', of, bounds: [start, stop, step] };
  }

  filtersAndTests(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.skips('operator', '|')) {
        value = { kind: 'filter', of: value, ...this.filter() };
      } else if (this.skips('name', 'is')) {
        value = this.#test(value);
      } else if (this.sees('operator', '(')) {
        value = { kind: 'call', of: value, given: this.arguments() };
      } else {
        return value;
      }
    }
  }

  /** A filter's name and what it is given. */
  filter(): { readonly name: string; readonly given: CallArguments } {
    const name = this.name();
    return { name, given: this.sees('operator', '(') ? this.arguments() : NO_ARGUMENTS };
  }

  #test(of: Expression): Expression {
    const isNegated = this.skips('name', 'not');
    const name = this.name();
    let given = NO_ARGUMENTS;
    const token = this.next;
    if (this.sees('operator', '(')) {
      given = this.arguments();
    } else if (
      ['string', 'integer', 'float'].includes(token.kind) ||
      this.sees('operator', '[', '{') ||
      (token.kind === 'name' && !['else', 'or', 'and'].includes(token.text))
    ) {
      if (this.sees('name', 'is')) {
        throw new TemplateError('You cannot chain multiple tests with is');
      }
      given = { ...NO_ARGUMENTS, positional: [this.postfix(this.primary())] };
    }
    const test: Expression = { kind: 'test', of, name, given };
    return isNegated ? { kind: 'unary', operator: 'not', of: test } : test;
  }

  /** Arguments in parentheses. */
  arguments(): CallArguments {
    this.expect('operator', '(');
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let spread: Expression | undefined;
    let spreadNamed: Expression | undefined;
    this.#items(')', () => {
      if (this.skips('operator', '*')) {
        spread = this.expression();
      } else if (this.skips('operator', '**')) {
        spreadNamed = this.expression();
      } else if (this.next.kind === 'name' && this.seesSecond('operator', '=')) {
        const name = this.name();
        this.expect('operator', '=');
        named.push([name, this.expression()]);
      } else {
        positional.push(this.expression());
      }
    });
    return { positional, named, spread, spreadNamed };
  }
}

function nameOrConstant(name: string): Expression {
  switch (name) {
    case 'true':
    case 'True':
      return { kind: 'constant', value: true };
    case 'false':
    case 'False':
      return { kind: 'constant', value: false };
    case 'none':
    case 'None':
      return { kind: 'constant', value: null };
    default:
      return { kind: 'name', name };
  }
}
