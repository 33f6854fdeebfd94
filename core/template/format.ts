/** `text.format(…)`, with fields of places, names and attributes; specifications of width and kind are refused. */
import type { Budget } from './budget.js';
import { repr, textOf } from './print.js';
import { isKind, isSequence, TemplateError, type Arguments, type Value } from './value.js';

const FIELD = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** Python's `text.format(*positional, **named)`. */
export function format(text: string, { positional, named }: Arguments, budget: Budget): string {
  let automatic = 0;
  const result = text.replaceAll(FIELD, (whole, field?: string) => {
    if (whole === '{{' || whole === '}}') {
      return whole.charAt(0);
    }
    const parts = /^([^!:.[]*)((?:\.\w+|\[[^\]]*\])*)(?:!([rs]))?$/.exec(field ?? '!');
    if (parts === null) {
      throw new TemplateError(`the format field ${whole.slice(0, 40)} is not supported`);
    }
    const [, name = '', path = '', conversion] = parts;
    const start =
      name === '' ? positional[automatic++] : /^\d+$/.test(name) ? positional[Number(name)] : named.get(name);
    const value = [...path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)].reduce<Value | undefined>(
      (at, [, attribute, item]) => (at === undefined ? undefined : member(at, attribute ?? item ?? '')),
      start,
    );
    if (value === undefined) {
      throw new TemplateError(`the format field ${whole.slice(0, 40)} has no value`);
    }
    return conversion === 'r' ? repr(value, budget) : textOf(value, budget);
  });
  budget.text(result.length);
  return result;
}

function member(value: Value, name: string): Value | undefined {
  if (isKind(value, 'dict')) {
    return value.entries.get(`s${name}`)?.[1];
  }
  return isSequence(value) && /^\d+$/.test(name) ? value.items[Number(name)] : undefined;
}
