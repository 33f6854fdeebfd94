/**
 * A run's search attributes that change, written once, at its end. Progress while it runs is a query: writing it between the
 * nodes would put commands into the history whose order a replay after a kill must repeat exactly.
 */
import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { ProgressAnswer, RunInput } from '../core/plan/run-types.js';

const PROGRESS = defineSearchAttributeKey('OminusProgress', 'DOUBLE');
const STATE = defineSearchAttributeKey('OminusState', 'KEYWORD');

/** What the search attributes of one run say; only those that the namespace knows are ever written. */
export class Searchable {
  readonly #usable: ReadonlySet<string>;

  constructor(usable: RunInput['searchAttributes']) {
    this.#usable = new Set(usable);
  }

  /** Shows how the run ends, and how far it came. A run that is terminated from outside keeps saying `running`. */
  end(state: ProgressAnswer['state'], finished: number, total: number): void {
    this.#write([
      { key: PROGRESS, value: total === 0 ? 0 : finished / total },
      { key: STATE, value: state },
    ]);
  }

  #write(pairs: readonly SearchAttributeUpdatePair[]): void {
    const usable = pairs.filter(({ key }) => this.#usable.has(key.name));
    if (usable.length > 0) {
      upsertSearchAttributes(usable);
    }
  }
}
