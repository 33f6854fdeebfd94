/** `'…' % values`, with the conversions that chat templates use. */
import type { Budget } from './budget.js';
import { repr, textOf } from './print.js';
import { isKind, numberOf, TemplateError, typeName, type Value } from './value.js';

const CONVERSION = /%(?:\((\w+)\))?(.)/gs;

/** Python's `text % values`; widths, flags and precisions are refused. */
export function printf(text: string, values: Value, budget: Budget): string {
  const list = isKind(values, 'tuple') ? values.items : [values];
  let used = 0;
  const result = text.replaceAll(CONVERSION, (whole, name: string | undefined, kind: string) => {
    if (kind === '%') {
      return '%';
    }
    const value =
      name === undefined ? list[used++] : isKind(values, 'dict') ? values.entries.get(`s${name}`)?.[1] : undefined;
    if (value === undefined) {
      throw new TemplateError(
        name === undefined ? 'not enough arguments for format string' : `no key '${name}' for a format string`,
      );
    }
    return converted(kind, value, whole, budget);
  });
  if (used < list.length && !isKind(values, 'dict')) {
    throw new TemplateError('not all arguments converted during string formatting');
  }
  budget.text(result.length);
  return result;
}

function converted(kind: string, value: Value, whole: string, budget: Budget): string {
  const number = numberOf(value);
  switch (kind) {
    case 's':
      return textOf(value, budget);
    case 'r':
      return repr(value, budget);
    case 'd':
    case 'i':
      if (number === undefined) {
        throw new TemplateError(`%d format: a real number is required, not ${typeName(value)}`);
      }
      return String(Math.trunc(number));
    default:
      throw new TemplateError(`the format ${whole} is not supported`);
  }
}
