/** Problems of an expression, located in the spec that holds it. */
import type { ExpressionProblem } from '../expression/problem.js';
import type { SpecProblems } from './problem.js';
import { scalarPlaces, spanInScalar } from './scalar-offsets.js';
import type { YamlScalar } from './yaml-tree.js';

/** Reports them under the very sign. */
export function addExpressionProblems(
  text: string,
  scalar: YamlScalar,
  found: readonly ExpressionProblem[],
  problems: SpecProblems,
): void {
  if (found.length === 0) {
    return;
  }
  const places = scalarPlaces(text, scalar);
  for (const { code, message, hint, span } of found) {
    problems.add({ code, message, hint, span: spanInScalar(places, scalar, span) });
  }
}
