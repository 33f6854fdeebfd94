/** Tokens → expressions, with the precedence of Jinja 3.1.6 (`parser.py`). */
import type { Expression } from './ast.js';
import { PrimaryParser } from './primary-parser.js';
import { TemplateError } from './value.js';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
/** Deepest nesting of an expression; below what the stack takes. */
const DEEPEST = 100;

/** Reads expressions from a list of tokens. */
export class ExpressionParser extends PrimaryParser {
  #depth = 0;

  /** An expression, `a if b else c` among them. */
  override expression(): Expression {
    if (this.#depth >= DEEPEST) {
      throw new TemplateError(`an expression is nested deeper than ${String(DEEPEST)} levels`);
    }
    this.#depth++;
    let value = this.#or();
    while (this.skips('name', 'if')) {
      const test = this.#or();
      const otherwise = this.skips('name', 'else') ? this.expression() : undefined;
      value = { kind: 'choice', test, then: value, otherwise };
    }
    this.#depth--;
    return value;
  }

  /** An expression without `if`, as a loop's iterable has. */
  plain(): Expression {
    return this.#or();
  }

  /** One expression, or a tuple without parentheses. */
  override tuple(isPlain = false): Expression {
    const one = (): Expression => (isPlain ? this.plain() : this.expression());
    const first = one();
    if (!this.sees('operator', ',')) {
      return first;
    }
    const items = [first];
    while (this.skips('operator', ',') && !this.#isTupleEnd()) {
      items.push(one());
    }
    return { kind: 'tuple', items };
  }

  #isTupleEnd(): boolean {
    return this.next.kind === 'close' || this.sees('operator', ')', '=') || this.sees('name', 'in');
  }

  #or(): Expression {
    let left = this.#and();
    while (this.skips('name', 'or')) {
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.skips('name', 'and')) {
      left = { kind: 'and', left, right: this.#not() };
    }
    return left;
  }

  #not(): Expression {
    let count = 0;
    while (this.skips('name', 'not')) {
      count++;
    }
    let value = this.#comparison();
    for (; count > 0; count--) {
      value = { kind: 'unary', operator: 'not', of: value };
    }
    return value;
  }

  #comparison(): Expression {
    const first = this.#sum();
    const rest: [string, Expression][] = [];
    for (;;) {
      if (this.sees('operator', ...COMPARISONS)) {
        const token = this.advance();
        rest.push(['text' in token ? token.text : '', this.#sum()]);
      } else if (this.skips('name', 'in')) {
        rest.push(['in', this.#sum()]);
      } else if (this.sees('name', 'not') && this.seesSecond('name', 'in')) {
        this.advance();
        this.advance();
        rest.push(['not in', this.#sum()]);
      } else {
        return rest.length === 0 ? first : { kind: 'compare', first, rest };
      }
    }
  }

  #sum(): Expression {
    return this.#binary(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    const first = this.#product();
    const parts = [first];
    while (this.skips('operator', '~')) {
      parts.push(this.#product());
    }
    return parts.length === 1 ? first : { kind: 'concat', parts };
  }

  #product(): Expression {
    return this.#binary(['*', '/', '//', '%'], () => this.#binary(['**'], () => this.#unary(true)));
  }

  #binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.sees('operator', ...operators)) {
      const token = this.advance();
      left = { kind: 'binary', operator: 'text' in token ? token.text : '', left, right: operand() };
    }
    return left;
  }

  #unary(hasFilters: boolean): Expression {
    const signs: ('-' | '+')[] = [];
    while (this.sees('operator', '-', '+')) {
      signs.push(this.skips('operator', '-') ? '-' : (this.expect('operator', '+'), '+'));
    }
    let value = this.postfix(this.primary());
    for (const operator of signs.reverse()) {
      value = { kind: 'unary', operator, of: value };
    }
    return hasFilters ? this.filtersAndTests(value) : value;
  }
}
