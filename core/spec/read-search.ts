/** `search`: how the points of a sweep are found. */
import { gridSize } from '../sweep/points.js';
import { isSearchMethod, SEARCH_KEYS, type SearchMethod } from '../sweep/search-keys.js';
import { SOBOL_DIMENSIONS } from '../sweep/sobol.js';
import type { SweepSearch, SweepVariable } from '../sweep/types.js';
import { freeVariables } from '../sweep/variables.js';
import type { SpecProblems } from './problem.js';
import type { DeclaredVariable } from './read-variables.js';
import { MAX_POINTS } from './schema/sweep.js';
import { entriesOf, entryOf, itemsOf, numberOf, textOf, type YamlNode } from './yaml-tree.js';

/** Keys that any method takes. */
const ALL_KEYS = new Set(Object.values(SEARCH_KEYS).flat());
const DEFAULT_POPULATION = 16;

/** The search, and whether it fits the variables and the goals; a grid when nothing is written. */
export function readSearch(
  root: YamlNode,
  variables: readonly DeclaredVariable[],
  problems: SpecProblems,
): SweepSearch {
  const node = entryOf(root, 'search')?.value;
  const methodNode = node?.kind === 'map' ? entryOf(node, 'method')?.value : node;
  const written = textOf(methodNode);
  const method = written !== undefined && isSearchMethod(written) ? written : undefined;
  if (methodNode === undefined ? node !== undefined : method === undefined) {
    // Unknown: reported by the schema.
    return { method: 'grid' };
  }
  const search = readMethod(method ?? 'grid', node, problems);
  checkVariables(search.method, root, variables, problems);
  if (search.method === 'optimize' && methodNode !== undefined && entryOf(root, 'objective') === undefined) {
    const message = 'optimize needs the key "objective"';
    const hint = 'Write objective: { maximize: … }, or search with sobol.';
    problems.add({ code: 'SPEC_SEARCH', message, hint, span: methodNode.span });
  }
  return search;
}

function readMethod(method: SearchMethod, node: YamlNode | undefined, problems: SpecProblems): SweepSearch {
  for (const { key, keySpan } of entriesOf(node)) {
    if (key !== 'method' && !SEARCH_KEYS[method].includes(key) && ALL_KEYS.has(key)) {
      const known = ['method', ...SEARCH_KEYS[method]].join(', ');
      const message = `${key} does not apply to ${method}`;
      problems.add({ code: 'SPEC_UNKNOWN_KEY', message, hint: `Allowed: ${known}.`, span: keySpan });
    }
  }
  if (method === 'grid') {
    return { method };
  }
  const pointsNode = entryOf(node, 'points')?.value;
  if (node !== undefined && pointsNode === undefined) {
    const span = (node.kind === 'map' ? (entryOf(node, 'method')?.value ?? node) : node).span;
    const hint = `Write search: { method: ${method}, points: 100 }.`;
    problems.add({ code: 'SPEC_SEARCH', message: `${method} needs its number of points`, hint, span });
  }
  const points = numberOf(pointsNode) ?? 1;
  const seed = numberOf(entryOf(node, 'seed')?.value) ?? 0;
  if (method !== 'optimize') {
    return { method, points, seed };
  }
  const population = numberOf(entryOf(node, 'population')?.value) ?? DEFAULT_POPULATION;
  return { method, points, seed, population, samples: readSamples(node, problems) };
}

function readSamples(node: YamlNode | undefined, problems: SpecProblems): readonly number[] {
  const samples: number[] = [];
  for (const item of itemsOf(entryOf(node, 'samples')?.value)) {
    const sample = numberOf(item);
    const before = samples.at(-1);
    if (sample !== undefined && before !== undefined && sample <= before) {
      const message = `samples must ascend, got ${sample} after ${before}`;
      problems.add({ code: 'SPEC_SEARCH', message, hint: 'Write the smallest number first.', span: item.span });
    }
    samples.push(sample ?? 0);
  }
  return samples;
}

/** A grid needs lists, and not too many; a Sobol sequence covers only so many variables. */
function checkVariables(
  method: SearchMethod,
  root: YamlNode,
  declared: readonly DeclaredVariable[],
  problems: SpecProblems,
): void {
  const over = entryOf(root, 'over');
  const intervals = declared.filter(({ variable }) => variable?.kind === 'interval');
  if (method === 'grid') {
    for (const { name, entry } of intervals) {
      const message = `a grid needs the values of "${name}"; from and to alone are an interval`;
      const hint = 'Add step: or count:, or search with random, sobol or optimize.';
      problems.add({ code: 'SPEC_SEARCH', message, hint, span: entry.keySpan });
    }
  }
  const variables = declared.flatMap(({ variable }): readonly SweepVariable[] =>
    variable === undefined ? [] : [variable],
  );
  const free = freeVariables(variables);
  if (over === undefined) {
    return;
  }
  if (method === 'grid' && intervals.length === 0 && gridSize(variables) > MAX_POINTS) {
    const message = `the grid has ${shownSize(gridSize(variables))} points, more than ${MAX_POINTS}`;
    const hint = 'Write fewer values, or search with sobol or optimize.';
    problems.add({ code: 'SPEC_SIZE', message, hint, span: over.keySpan });
  }
  if ((method === 'sobol' || method === 'optimize') && free.length > SOBOL_DIMENSIONS) {
    const message = `${method} searches at most ${SOBOL_DIMENSIONS} variables, got ${free.length}`;
    problems.add({ code: 'SPEC_SIZE', message, hint: 'Link some of them with follows.', span: over.keySpan });
  }
}

/** Exact as long as float64 is. */
function shownSize(size: number): string {
  if (Number.isSafeInteger(size)) {
    return String(size);
  }
  return Number.isFinite(size) ? size.toExponential(1) : 'more than 1e308';
}
