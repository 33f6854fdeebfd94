/** Binds the arguments of a call to the parameters of a built-in function. */
import { TemplateError, type Arguments, type Value } from './value.js';

/** The arguments in the order of the parameters; absent ones are undefined. */
export function bind(what: string, given: Arguments, parameters: readonly string[]): readonly (Value | undefined)[] {
  if (given.positional.length > parameters.length) {
    throw new TemplateError(
      `${what} takes at most ${String(parameters.length)} arguments (${String(given.positional.length)} given)`,
    );
  }
  const values: (Value | undefined)[] = [...given.positional];
  for (const [name, value] of given.named) {
    const place = parameters.indexOf(name);
    if (place === -1) {
      throw new TemplateError(`${what} got an unexpected keyword argument '${name}'`);
    }
    if (values[place] !== undefined) {
      throw new TemplateError(`${what} got multiple values for argument '${name}'`);
    }
    values[place] = value;
  }
  return values;
}

/** A text among the arguments. */
export function textArgument(what: string, value: Value | undefined, standard?: string): string {
  const text = value === undefined ? standard : value;
  if (typeof text !== 'string') {
    throw new TemplateError(`${what} must be str`);
  }
  return text;
}

/** A whole number among the arguments; `None` counts as absent. */
export function integerArgument(what: string, value: Value | undefined, standard: number): number {
  const number = value === undefined || value === null ? standard : typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number') {
    throw new TemplateError(`${what} must be int`);
  }
  return number;
}
