/** Collects the problems of one expression: one per place, and only so many. */
import type { Span } from '../diagnostic.js';
import type { ExpressionProblem, ExpressionProblemCode } from './problem.js';

/** More problems than this in one expression are not reported. */
export const MAX_PROBLEMS = 50;

/** Problems in the order of their place; a second one at the same place is a consequence of the first, and dropped. */
export class ProblemList {
  readonly #problems: ExpressionProblem[];
  readonly #places: Set<number>;
  #isClosed = false;

  constructor(problems: readonly ExpressionProblem[] = []) {
    this.#problems = [...problems];
    this.#places = new Set(problems.map((problem) => problem.span.start));
  }

  /** How many there are. */
  get count(): number {
    return this.#problems.length;
  }

  /** Whether no more are wanted. */
  get isFull(): boolean {
    return this.#isClosed || this.#problems.length >= MAX_PROBLEMS;
  }

  add(code: ExpressionProblemCode, span: Span, message: string, hint: string): void {
    if (!this.isFull && !this.#places.has(span.start)) {
      this.#places.add(span.start);
      this.#problems.push({ code, message, span, hint });
    }
  }

  /** From here on, whatever is reported is a consequence of what was. */
  close(): void {
    this.#isClosed = true;
  }

  sorted(): readonly ExpressionProblem[] {
    return this.#problems.toSorted((a, b) => a.span.start - b.span.start).slice(0, MAX_PROBLEMS);
  }
}
