/** Terms under an operator of rows: `Ext(x)`, `Ext(x | y)`. */
import type { Span } from '../diagnostic.js';
import { rowForms, type RowWord } from './grammar.js';
import type { ProblemList } from './problem-list.js';
import type { Context, SumReader } from './sum-reader.js';
import type { Operand } from './types.js';

/**
 * Reads `Ext(x)` or `Ext(x | y)`; other spellings, other brackets and wrong places are reported.
 *
 * @param isRight - whether it is a right operand
 */
export function readEdit(reader: SumReader, row: RowWord, context: Context, isRight: boolean): Operand | undefined {
  const { cursor, problems } = reader;
  const name = cursor.next();
  const open = cursor.peek();
  const { word } = row;
  if (open.kind !== '(' && open.kind !== '[') {
    const message = `"${word}" is reserved for ${row.noun.replace(/^an? /, '')}`;
    problems.add('EXPRESSION_EXT', name.span, message, `Write ${rowForms(row)}.`);
    return undefined;
  }
  const written = cursor.written(name);
  if (written !== word) {
    problems.add('EXPRESSION_EXT', name.span, `"${written}" is not a function`, `Did you mean ${word}?`);
  } else if (open.kind === '[') {
    problems.add('EXPRESSION_EXT', name.span, `${word} takes round brackets`, `Write ${rowForms(row)}.`);
  } else if (context.inside !== undefined) {
    const hint = `Make the inner ${row.noun.replace(/^an? /, '')} a term of its own: x ⊖ ${context.inside}(y) ⊖ ${word}(z).`;
    const outer = context.inside === word ? `another ${word}` : context.inside;
    problems.add('EXPRESSION_EXT', name.span, `${word} is not allowed inside ${outer}`, hint);
  }
  const inner = { depth: context.depth + 1, inside: word, isRightOperand: false };
  cursor.next();
  if (!reader.enter(inner, open.span)) {
    return undefined;
  }
  const value = reader.sum(inner);
  const hasBar = cursor.skip('|');
  const reference = hasBar ? reader.sum(inner) : undefined;
  while (cursor.peek().kind === '|' && !problems.isFull) {
    const hint = `Write ${word}(x | y) with one y, which may be a sum: ${word}(x | [y ⊕ z]).`;
    problems.add('EXPRESSION_SYNTAX', cursor.next().span, `${word} takes one reference`, hint);
    reader.sum(inner);
  }
  const close = reader.close(open);
  const span = { start: name.span.start, end: close?.end ?? open.span.end };
  if (!isRight && context.inside === undefined && !(hasBar && context.isRightOperand)) {
    reportHeadEdit(problems, row, hasBar, span);
  }
  return value && (reference !== undefined || !hasBar)
    ? { kind: 'edit', operator: row.operator, value, reference, span }
    : undefined;
}

function reportHeadEdit(problems: ProblemList, { word, noun, refersTo }: RowWord, hasBar: boolean, span: Span): void {
  if (hasBar) {
    const hint = `Write base ⊕ ${word}(x | y) for the ${noun.replace(/^an? /, '')} alone.`;
    const message = `${word}(x | y) is allowed only as a right operand`;
    problems.add('EXPRESSION_EXT', span, message, hint);
  } else {
    const hint = `Write expert ⊖ ${word}(x), or name ${refersTo}: ${word}(x | y).`;
    problems.add('EXPRESSION_EXT', span, `${word}(x) needs a left operand in its own bracket`, hint);
  }
}
