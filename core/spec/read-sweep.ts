/** `kind: sweep`: an expression with variables, and how their values are searched. */
import { ONE } from '../expression/decimal.js';
import { NO_CALLS_WITH_REFERENCE } from '../expression/no-calls.js';
import { parseExpression } from '../expression/parser.js';
import { type LambdaDefaults, leftmostAdapter, resolveFormula } from '../expression/resolve.js';
import type { Formula } from '../expression/types.js';
import { addExpressionProblems } from './expression-problems.js';
import { gridSize } from '../sweep/points.js';
import type { SweepSearch, SweepVariable } from '../sweep/types.js';
import { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { inputsOf, readCommon } from './read-common.js';
import { readStatistics, warnNotEvaluated } from './read-compare.js';
import { readBenchmarks, readCandidates } from './read-evaluate.js';
import { readLambda, warnUnusedLambdas } from './read-lambda.js';
import { readObjective } from './read-objective.js';
import { OutputPlaces, readDtype, readRanks } from './read-outputs.js';
import { readSearch } from './read-search.js';
import { type DeclaredVariable, readVariables } from './read-variables.js';
import type { SpecSource, SweepSpec } from './types.js';
import { entryOf, textOf, type YamlNode } from './yaml-tree.js';

/** Most adapters that `keep: all` writes: each is a node of the last plan, and a folder of its own. */
const MOST_KEPT = 1000;

/** A made leaf is one node of the sweep, made before its first point; one that depends on a variable would be another for every point. */
const NO_VARIABLES_IN_CALLS = {
  message: 'is not allowed in a call, which is computed once for all points of the sweep',
  hint: 'Write a number there, or sweep the expression without the call and use it in a recipe with the values that were chosen.',
};

/** Reads what is of the right type, whatever else is wrong, so that all problems come at once. */
export function readSweep(text: string, root: YamlNode, problems: SpecProblems): SweepSpec {
  const names = new Namespace(problems);
  const common = readCommon(text, root, names, problems);
  const variables = readVariables(root, names, problems);
  const lambda = readLambda(root, names, problems);
  const { semantics } = common;
  const { chain, formula } = readChain(text, root, { names, variables, lambda, semantics }, problems);
  const baseline = readBaseline(root, formula, names);
  const candidates = readSweepCandidates(root, baseline, names, problems);
  const benchmarks = readBenchmarks(root, problems);
  const objective = readObjective(text, root, { names, candidates, benchmarks }, problems);
  const known = variables.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  const search = readSearch(root, variables, problems);
  return {
    kind: 'sweep',
    ...common,
    chain,
    lambda,
    variables: known,
    search,
    objective,
    evaluate: { candidates: candidates ?? [], benchmarks },
    compare: { baseline: baseline ?? 'base', ...readStatistics(root, benchmarks, problems) },
    output: readOutput(root, { inputs: inputsOf(common), points: mostPoints(search, known) }, problems),
  };
}

/** The chain, checked with sample values: a formula is well-formed for all values of its variables or for none. */
function readChain(
  text: string,
  root: YamlNode,
  given: {
    readonly names: Namespace;
    readonly variables: readonly DeclaredVariable[];
    readonly lambda: LambdaDefaults;
    readonly semantics: SweepSpec['semantics'];
  },
  problems: SpecProblems,
): { readonly chain: SweepSpec['chain']; readonly formula: Formula | undefined } {
  const scalar = entryOf(root, 'chain')?.value;
  const source = textOf(scalar);
  if (source === undefined || scalar?.kind !== 'scalar') {
    return { chain: { source: '', parsed: parseExpression(''), span: root.span }, formula: undefined };
  }
  const { names, variables, lambda, semantics } = given;
  const samples = new Map(names.names('variable').map((name) => [name, ONE]));
  const parsed = parseExpression(source, new Set(samples.keys()));
  const scope = {
    adapters: new Set(names.names('adapter')),
    variables: samples,
    lambda,
    noVariablesInCalls: NO_VARIABLES_IN_CALLS,
    ...(semantics === 'reference' ? { noCalls: NO_CALLS_WITH_REFERENCE } : {}),
  };
  const { formula, problems: found } = resolveFormula(parsed, scope);
  addExpressionProblems(text, scalar, found, problems);
  // What was not read to its end may use any variable.
  if (!found.some(({ code }) => code === 'EXPRESSION_NESTING' || code === 'EXPRESSION_SIZE')) {
    reportUnused(variables, parsed.variables, problems);
  }
  warnUnusedLambdas(root, [parsed], problems);
  return { chain: { source, parsed, span: scalar.span }, formula };
}

function reportUnused(variables: readonly DeclaredVariable[], used: ReadonlySet<string>, problems: SpecProblems): void {
  const followed = new Set(variables.flatMap(({ name, follows }) => (used.has(name) ? [follows] : [])));
  for (const { name, entry } of variables.filter((one) => !used.has(one.name) && !followed.has(one.name))) {
    const message = `the chain does not use "${name}"`;
    const hint = `Write it as a coefficient, ${name}·x, or remove it.`;
    problems.add({ code: 'SPEC_VARIABLE', message, hint, span: entry.keySpan });
  }
}

/** As written, or the leftmost adapter of the chain; undefined when that cannot be known. */
function readBaseline(root: YamlNode, formula: Formula | undefined, names: Namespace): string | undefined {
  const node = entryOf(entryOf(root, 'compare')?.value, 'baseline')?.value;
  const written = textOf(node);
  if (node !== undefined && written !== undefined) {
    return names.resolve(written, node.span, ['adapter', 'base']);
  }
  return formula === undefined ? undefined : (leftmostAdapter(formula) ?? 'base');
}

/** Candidates besides the points; undefined when they depend on a baseline that cannot be known. */
function readSweepCandidates(
  root: YamlNode,
  baseline: string | undefined,
  names: Namespace,
  problems: SpecProblems,
): readonly string[] | undefined {
  const evaluate = entryOf(root, 'evaluate');
  const written = readCandidates(root, names, problems, ['adapter', 'base']);
  if (evaluate === undefined || (written === undefined && baseline === undefined)) {
    return undefined;
  }
  const candidates = written ?? [...new Set(['base', baseline ?? 'base'])];
  if (baseline !== undefined && !candidates.includes(baseline)) {
    const at = entryOf(evaluate.value, 'steps')?.value ?? root;
    warnNotEvaluated(`the baseline "${baseline}" is not evaluated`, at, problems);
  }
  return candidates;
}

/** How many points of full size there will be at most; 0 where a grid lacks the values of a variable, which is reported. */
function mostPoints(search: SweepSearch, variables: readonly SweepVariable[]): number {
  if (search.method !== 'grid') {
    return search.points;
  }
  return variables.some(({ kind }) => kind === 'interval') ? 0 : gridSize(variables);
}

function readOutput(
  root: YamlNode,
  given: { readonly inputs: readonly SpecSource[]; readonly points: number },
  problems: SpecProblems,
): SweepSpec['output'] {
  const entry = entryOf(root, 'output');
  const keepNode = entryOf(entry?.value, 'keep')?.value;
  const keep = (['best', 'pareto', 'all'] as const).find((word) => word === textOf(keepNode));
  const place = entryOf(entry?.value, 'path')?.value;
  const path = textOf(place);
  if (path !== undefined && place !== undefined) {
    new OutputPlaces(given.inputs).take(path, 'the output', place.span, problems);
  }
  if (entry === undefined || keepNode === undefined || keep === undefined) {
    return undefined;
  }
  if (keep !== 'all' && entryOf(root, 'objective') === undefined) {
    const message = `keep: ${keep} needs the key "objective"`;
    const hint = 'Write objective: { maximize: … }, or keep: all.';
    problems.add({ code: 'SPEC_MISSING_KEY', message, hint, span: keepNode.span });
  }
  if (keep === 'all' && given.points > MOST_KEPT) {
    const message = `keep: all would write too many adapters: expected at most ${MOST_KEPT} points, got ${given.points}`;
    const hint = 'Write keep: pareto or keep: best.';
    problems.add({ code: 'SPEC_SIZE', message, hint, span: keepNode.span });
  }
  if (place === undefined) {
    const message = `keep: ${keep} needs the key "path"`;
    const hint = 'Write path: and a folder; adapters are written below it.';
    problems.add({ code: 'SPEC_MISSING_KEY', message, hint, span: entry.keySpan });
  }
  return path === undefined || place === undefined
    ? undefined
    : { keep, path, dtype: readDtype(entry.value), ranks: readRanks(entry.value), span: place.span };
}
