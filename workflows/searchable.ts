/** A run's search attributes that change while it runs: people filter runs by how far they are and how they ended. */
import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { ProgressAnswer, RunInput } from '../core/plan/run-types.js';

const PROGRESS = defineSearchAttributeKey('OminusProgress', 'DOUBLE');
const STATE = defineSearchAttributeKey('OminusState', 'KEYWORD');

/** Progress is shown in tenths: every change is one more event in the history, however many nodes there are. */
const STEPS = 10;

/** What the search attributes of one run say; only those that the namespace knows are ever written. */
export class Searchable {
  readonly #usable: ReadonlySet<string>;
  #shown = 0;

  constructor(usable: RunInput['searchAttributes']) {
    this.#usable = new Set(usable);
  }

  /** Shows that so many nodes are finished, if that is another tenth. Never goes back when lost nodes run again. */
  advance(finished: number, total: number): void {
    const reached = Math.floor((STEPS * finished) / total);
    if (reached > this.#shown) {
      this.#shown = reached;
      this.#write([{ key: PROGRESS, value: reached / STEPS }]);
    }
  }

  /** Shows how the run ends. A run that is terminated from outside keeps saying `running`. */
  end(state: ProgressAnswer['state']): void {
    this.#write([{ key: STATE, value: state }]);
  }

  #write(pairs: readonly SearchAttributeUpdatePair[]): void {
    const usable = pairs.filter(({ key }) => this.#usable.has(key.name));
    if (usable.length > 0) {
      upsertSearchAttributes(usable);
    }
  }
}
