/** Names in force at a place of a template. */
import { missing, type Value } from './value.js';

/** Names of a block, and behind them those around it. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): Value {
    const value = this.find(name);
    return value === undefined ? missing(`'${name.slice(0, 60)}' is undefined`) : value;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** The value, or undefined where the name is not in force. */
  find(name: string): Value | undefined {
    const own = this.#values.get(name);
    return own === undefined ? this.#outer?.find(name) : own;
  }
}
