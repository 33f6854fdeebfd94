/** Calls of operators of factors: `compress(x, rank: 16)`. */
import type { CallSyntax } from '../algebra/operators/operator.js';
import { nearest } from '../diagnostic.js';
import { CallArguments } from './call-arguments.js';
import { rowForms, type Grammar } from './grammar.js';
import type { Context, SumReader } from './sum-reader.js';
import { endsSum, isClosing } from './token-cursor.js';
import type { Operand } from './types.js';

/** Stands for what an unknown function takes. */
const ANY_CALL: CallSyntax = { operands: { least: 0, most: Infinity }, options: {}, example: '' };

/** Reads `compress(x, rank: 16)`. Its first argument is an expression of its own, whatever surrounds the call. */
export function readCall(reader: SumReader, context: Context): Operand | undefined {
  const { cursor, problems, grammar } = reader;
  const name = cursor.next();
  const open = cursor.next();
  const word = cursor.written(name);
  const syntax = grammar.calls.get(word);
  if (syntax === undefined) {
    problems.add('EXPRESSION_CALL', name.span, `"${word}" is not a function`, adviseCall(word, grammar));
  } else if (open.kind === '[') {
    problems.add('EXPRESSION_CALL', name.span, `${word} takes round brackets`, `Write ${syntax.example}.`);
  }
  const inner = { depth: context.depth + 1, inside: undefined, isRightOperand: false };
  if (!reader.enter(inner, open.span)) {
    return undefined;
  }
  const given = new CallArguments(word, syntax ?? ANY_CALL, problems);
  const count = problems.count;
  if (!isClosing(cursor.peek())) {
    do {
      readArgument(reader, given, inner, syntax !== undefined);
    } while (skipComma(reader));
  }
  const close = reader.close(open);
  if (syntax !== undefined && close !== undefined) {
    given.finish(name.span, { start: close.end - 1, end: close.end });
  }
  const span = { start: name.span.start, end: close?.end ?? open.span.end };
  return syntax === undefined || close === undefined || problems.count > count
    ? undefined
    : { kind: 'call', operator: word, operands: given.operands, options: given.options, span };
}

/** The comma after an argument; a bar or a colon there is reported and read as one. */
function skipComma({ cursor, problems }: SumReader): boolean {
  const token = cursor.peek();
  if (token.kind === '|' || token.kind === ':') {
    const message = `"${token.kind}" does not separate the arguments of a call`;
    problems.add('EXPRESSION_CALL', token.span, message, 'Write a comma between arguments.');
    cursor.next();
    return !problems.isFull;
  }
  return cursor.skip(',') && !problems.isFull;
}

/** @param isKnown - whether the call is one; else its arguments are only passed over */
function readArgument(reader: SumReader, given: CallArguments, context: Context, isKnown: boolean): void {
  const { cursor } = reader;
  const first = cursor.peek();
  if (first.kind !== 'name' || cursor.peek(1).kind !== ':') {
    const operand = reader.sum(context);
    if (isKnown) {
      given.addOperand(operand, first.span);
    }
    return;
  }
  cursor.next();
  cursor.next();
  const name = cursor.written(first);
  if (isKnown) {
    given.nameOption(name, first.span);
  }
  const value = cursor.peek();
  const isNumber = value.kind === 'number' && endsSum(cursor.peek(1));
  if (isNumber) {
    cursor.next();
    given.setOption(name, value.value, value.span);
    return;
  }
  const written = endsSum(value) ? 'none' : `"${cursor.written(value)}"`;
  given.refuseValue(name, written, endsSum(value) ? first.span : value.span);
  if (!endsSum(value)) {
    reader.passOver(context);
  }
}

function adviseCall(word: string, grammar: Grammar): string {
  const rows = [...grammar.rows.values()];
  const examples = [...rows.map(rowForms), ...[...grammar.calls.values()].map(({ example }) => example)];
  const near = nearest(word, [...grammar.rows.keys(), ...grammar.calls.keys()]);
  return near === undefined ? `Write ${examples.join(', or ')}.` : `Did you mean ${near}?`;
}
