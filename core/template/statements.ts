/** Tokens → statements. */
import type { Block, Expression, FilterChain, Parameter, Statement, Target } from './ast.js';
import { readTokens } from './lexer.js';
import { ExpressionParser } from './parser.js';
import { readTarget } from './targets.js';
import { TemplateError } from './value.js';

/** Deepest nesting of blocks. */
const DEEPEST = 50;

/**
 * Reads a template.
 *
 * @throws TemplateError for what is no template, or has a tag that chat templates of transformers do not have
 */
export function parseTemplate(source: string): Block {
  const parser = new StatementParser(new ExpressionParser(readTokens(source)));
  const body = parser.block([]);
  parser.end();
  return body;
}

class StatementParser {
  readonly #p: ExpressionParser;
  #depth = 0;
  #loops = 0;

  constructor(parser: ExpressionParser) {
    this.#p = parser;
  }

  end(): void {
    if (this.#p.next.kind !== 'end') {
      throw this.#p.unexpected('the end of the template');
    }
  }

  /** Statements up to one of these tags, whose name is left to be read. */
  block(ends: readonly string[]): Block {
    if (this.#depth >= DEEPEST) {
      throw new TemplateError(`blocks are nested deeper than ${String(DEEPEST)} levels`);
    }
    this.#depth++;
    const statements: Statement[] = [];
    for (;;) {
      const token = this.#p.next;
      if (token.kind === 'text') {
        this.#p.advance();
        statements.push({ kind: 'text', text: token.text });
      } else if (token.kind === 'open' && token.what === 'print') {
        this.#p.advance();
        statements.push({ kind: 'print', value: this.#p.tuple() });
        this.#close();
      } else if (token.kind === 'open') {
        this.#p.advance();
        if (this.#p.sees('name', ...ends)) {
          this.#depth--;
          return statements;
        }
        statements.push(this.#statement());
      } else if (token.kind === 'end' && ends.length === 0) {
        this.#depth--;
        return statements;
      } else {
        throw this.#p.unexpected(ends.length === 0 ? 'the end' : ends.map((end) => `{% ${end} %}`).join(' or '));
      }
    }
  }

  #close(): void {
    if (this.#p.next.kind !== 'close') {
      throw this.#p.unexpected('the end of the tag');
    }
    this.#p.advance();
  }

  /** The body of a tag that has just been read, and its end. */
  #body(end: string): Block {
    this.#close();
    const body = this.block([end]);
    this.#p.expect('name', end);
    this.#close();
    return body;
  }

  #statement(): Statement {
    const tag = this.#p.name();
    switch (tag) {
      case 'if':
        return this.#if();
      case 'for':
        return this.#for();
      case 'set':
        return this.#set();
      case 'with':
        return this.#with();
      case 'macro': {
        const name = this.#p.name();
        return { kind: 'macro', name, parameters: this.#parameters(), body: this.#outsideLoops('endmacro') };
      }
      case 'call': {
        const parameters = this.#p.sees('operator', '(') ? this.#parameters() : [];
        const call = this.#p.expression();
        if (call.kind !== 'call') {
          throw new TemplateError('expected a call in {% call %}');
        }
        return { kind: 'callBlock', call, parameters, body: this.#outsideLoops('endcall') };
      }
      case 'filter': {
        const filters = this.#filters(true);
        return { kind: 'filterBlock', filters, body: this.#body('endfilter') };
      }
      case 'generation':
        return { kind: 'group', body: this.#body('endgeneration') };
      case 'break':
      case 'continue':
        if (this.#loops === 0) {
          throw new TemplateError(`'${tag}' outside loop`);
        }
        this.#close();
        return { kind: tag };
      default:
        throw new TemplateError(`unknown tag {% ${tag} %}`);
    }
  }

  /** Loops around a macro are not around its body. */
  #outsideLoops(end: string): Block {
    const around = this.#loops;
    this.#loops = 0;
    const body = this.#body(end);
    this.#loops = around;
    return body;
  }

  #if(): Statement {
    const test = this.#p.tuple();
    this.#close();
    const then = this.block(['elif', 'else', 'endif']);
    return { kind: 'if', test, then, otherwise: this.#alternative() };
  }

  #alternative(): Block {
    if (this.#p.skips('name', 'elif')) {
      return [this.#if()];
    }
    const otherwise = this.#p.skips('name', 'else') ? (this.#close(), this.block(['endif'])) : [];
    this.#p.expect('name', 'endif');
    this.#close();
    return otherwise;
  }

  #for(): Statement {
    const target = readTarget(this.#p, false);
    this.#p.expect('name', 'in');
    const over = this.#p.tuple(true);
    const test = this.#p.skips('name', 'if') ? this.#p.expression() : undefined;
    if (this.#p.sees('name', 'recursive')) {
      throw new TemplateError('recursive loops are not supported');
    }
    this.#close();
    this.#loops++;
    const body = this.block(['else', 'endfor']);
    this.#loops--;
    const otherwise = this.#p.skips('name', 'else') ? (this.#close(), this.block(['endfor'])) : [];
    this.#p.expect('name', 'endfor');
    this.#close();
    return { kind: 'for', target, over, test, body, otherwise };
  }

  #set(): Statement {
    const target = readTarget(this.#p, true);
    if (this.#p.skips('operator', '=')) {
      const value = this.#p.tuple();
      this.#close();
      return { kind: 'set', target, value };
    }
    const filters = this.#filters(false);
    return { kind: 'capture', target, filters, body: this.#body('endset') };
  }

  #with(): Statement {
    const values: (readonly [Target, Expression])[] = [];
    while (this.#p.next.kind !== 'close') {
      if (values.length > 0) {
        this.#p.expect('operator', ',');
      }
      const target = readTarget(this.#p, false);
      this.#p.expect('operator', '=');
      values.push([target, this.#p.expression()]);
    }
    return { kind: 'with', values, body: this.#body('endwith') };
  }

  #filters(isFirstBare: boolean): FilterChain {
    const filters: { name: string; given: FilterChain[number]['given'] }[] = isFirstBare ? [this.#p.filter()] : [];
    while (this.#p.skips('operator', '|')) {
      filters.push(this.#p.filter());
    }
    return filters;
  }

  #parameters(): readonly Parameter[] {
    this.#p.expect('operator', '(');
    const parameters: Parameter[] = [];
    while (!this.#p.skips('operator', ')')) {
      if (parameters.length > 0) {
        this.#p.expect('operator', ',');
      }
      const name = this.#p.name();
      const standard = this.#p.skips('operator', '=') ? this.#p.expression() : undefined;
      parameters.push({ name, standard });
    }
    return parameters;
  }
}
