/** A spec in one line, and its formulas. */
import { printExpression, printFormula } from '../expression/print.js';
import { gridSize } from '../sweep/points.js';
import type { OrderStudySpec, RecipeSpec, Spec, SweepSpec } from './types.js';

/** What the spec describes: `order-study, 3 anti-experts, 6 orders × 2 λ × 3 operators`. */
export function summarizeSpec(spec: Spec): string {
  switch (spec.kind) {
    case 'recipe':
      return summarizeRecipe(spec);
    case 'order-study':
      return summarizeStudy(spec);
    case 'sweep':
      return summarizeSweep(spec);
  }
}

/**
 * Names and expressions: the steps of a recipe, written out with every coefficient; the chain of a sweep with its variables.
 * A study has none of its own.
 */
export function formulasOf(spec: Spec): readonly (readonly [name: string, formula: string])[] {
  switch (spec.kind) {
    case 'recipe':
      return spec.steps.map(({ name, formula }) => [name, printFormula(formula)] as const);
    case 'order-study':
      return [];
    case 'sweep': {
      const { source, parsed } = spec.chain;
      return [['chain', parsed.expression === undefined ? source : printExpression(parsed.expression)]];
    }
  }
}

function summarizeRecipe({ steps, evaluate }: RecipeSpec): string {
  return ['recipe', count(steps.length, 'step'), benchmarkWords(evaluate.benchmarks)].filter(Boolean).join(', ');
}

function summarizeStudy({ remove, orders, settings, operators, evaluate }: OrderStudySpec): string {
  const arms = `${count(orders.length, 'order')} × ${settings.length} λ × ${count(operators.length, 'operator')}`;
  return ['order-study', count(remove.length, 'anti-expert'), arms, benchmarkWords(evaluate.benchmarks)]
    .filter(Boolean)
    .join(', ');
}

function summarizeSweep({ search, variables, evaluate }: SweepSpec): string {
  const points = search.method === 'grid' ? gridSize(variables) : search.points;
  const over = variables.map(({ name }) => name).join(', ');
  const searched = `${search.method} of ${count(points, 'point')} over ${over}`;
  return ['sweep', searched, benchmarkWords(evaluate.benchmarks)].filter(Boolean).join(', ');
}

function benchmarkWords(benchmarks: readonly unknown[]): string {
  return benchmarks.length === 0 ? '' : count(benchmarks.length, 'benchmark');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
