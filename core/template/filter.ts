/** What a filter is. */
import type { Budget } from './budget.js';
import type { Arguments, Value } from './value.js';

/** What a filter does; tests and other filters are looked up by name. */
export type Filter = (value: Value, given: Arguments, tools: FilterTools) => Value;

/** What filters need beside their arguments. */
export interface FilterTools {
  readonly budget: Budget;
  readonly test: (name: string, value: Value, given: Arguments) => boolean;
  readonly filter: (name: string, value: Value, given: Arguments) => Value;
}
