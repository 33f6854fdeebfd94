/** `kind: recipe`: named steps, evaluated and compared, some of them written. */
import { NO_CALLS_WITH_REFERENCE } from '../expression/no-calls.js';
import { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { inputsOf, readCommon } from './read-common.js';
import { readCompare } from './read-compare.js';
import { readBenchmarks, readCandidates } from './read-evaluate.js';
import { readLambda, warnUnusedLambdas } from './read-lambda.js';
import { readOutputs } from './read-outputs.js';
import { parseSteps, resolveSteps } from './read-steps.js';
import type { RecipeSpec } from './types.js';
import type { YamlNode } from './yaml-tree.js';

/** Reads what is of the right type, whatever else is wrong, so that all problems come at once. */
export function readRecipe(text: string, root: YamlNode, problems: SpecProblems): RecipeSpec {
  const names = new Namespace(problems);
  const common = readCommon(text, root, names, problems);
  const parsed = parseSteps(root, names, problems);
  const lambda = readLambda(root, names, problems);
  const noCalls = common.semantics === 'reference' ? { noCalls: NO_CALLS_WITH_REFERENCE } : {};
  const steps = resolveSteps(parsed, { text, names, lambda, ...noCalls }, problems);
  const candidates = readCandidates(root, names, problems);
  const benchmarks = readBenchmarks(root, problems);
  const comparisons = readCompare(root, { names, steps, candidates, benchmarks }, problems);
  warnUnusedLambdas(
    root,
    parsed.map((step) => step.parsed),
    problems,
  );
  return {
    kind: 'recipe',
    ...common,
    steps,
    evaluate: { candidates: comparisons.candidates, benchmarks },
    compare: comparisons.compare,
    outputs: readOutputs(root, names, inputsOf(common), problems),
  };
}
