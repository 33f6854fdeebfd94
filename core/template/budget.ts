/** Bounds of one rendering: what a template may do and make before it is refused. */
import { TemplateError } from './value.js';

/** Most steps of one rendering: expressions and statements evaluated, items looked at. Real templates take a few thousand. */
export const MOST_STEPS = 1_000_000;
/** Most characters that one rendering makes, those of values in between among them. */
export const MOST_CHARACTERS = 16 * 2 ** 20;
/** Deepest nesting of what is evaluated or printed; below what the stack takes. */
export const DEEPEST = 200;

/** Counts down. */
export class Budget {
  #steps = MOST_STEPS;
  #characters = MOST_CHARACTERS;
  #depth = 0;

  /** @throws TemplateError when so many more steps are too many; asked before they are taken */
  step(count = 1): void {
    this.#steps -= count;
    if (!(this.#steps >= 0)) {
      throw new TemplateError(`it takes more than ${String(MOST_STEPS)} steps`);
    }
  }

  /** @throws TemplateError when so many more characters are too many; asked before they are made */
  text(length: number): void {
    this.#characters -= length;
    if (!(this.#characters >= 0)) {
      throw new TemplateError(`it makes more than ${String(MOST_CHARACTERS)} characters`);
    }
  }

  /** Runs work one level deeper. */
  deeper<T>(work: () => T): T {
    if (this.#depth >= DEEPEST) {
      throw new TemplateError(`it is nested deeper than ${String(DEEPEST)} levels`);
    }
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}
