/** `compare`: the baseline, and who is compared with whom. */
import { CORRECTIONS, DEFAULT_CORRECTION } from '../evaluation/correction.js';
import { leftmostAdapter } from '../expression/resolve.js';
import { KnownMetrics } from './known-metrics.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { RecipeSpec, SpecBenchmark, SpecStatistics, SpecStep } from './types.js';
import { entriesOf, entryOf, itemsOf, numberOf, textOf, type YamlNode } from './yaml-tree.js';

const DEFAULT_DRAWS = 10_000;

/** Candidates and comparisons. */
export interface Comparisons {
  readonly candidates: readonly string[];
  readonly compare: RecipeSpec['compare'];
}

/**
 * Fills in what is not written: the baseline is the leftmost adapter of the first step, the candidates are `base`, the
 * baseline and all steps, and every other candidate is compared with the baseline before the written pairs.
 */
export function readCompare(
  root: YamlNode,
  given: {
    readonly names: Namespace;
    readonly steps: readonly SpecStep[];
    readonly candidates: readonly string[] | undefined;
    readonly benchmarks: readonly SpecBenchmark[];
  },
  problems: SpecProblems,
): Comparisons {
  const { names, steps } = given;
  const isEvaluated = entryOf(root, 'evaluate') !== undefined;
  const node = entryOf(root, 'compare')?.value;
  const written = entryOf(node, 'baseline');
  const text = textOf(written?.value);
  const resolved = written === undefined || text === undefined ? undefined : names.resolve(text, written.value.span);
  const [first] = steps;
  const baseline = resolved ?? (first === undefined ? undefined : leftmostAdapter(first.formula)) ?? 'base';
  const standard = new Set(['base', baseline, ...steps.map(({ name }) => name)]);
  const candidates = isEvaluated ? (given.candidates ?? [...standard]) : [];
  if (isEvaluated && !candidates.includes(baseline)) {
    const at = written?.value ?? entryOf(entryOf(root, 'evaluate')?.value, 'steps')?.value ?? root;
    warnNotEvaluated(`the baseline "${baseline}" is not evaluated`, at, problems);
  }
  const pairs = candidates.filter((name) => name !== baseline).map((name) => [baseline, name] as const);
  const further = readPairs(node, names, problems);
  for (const { pair, at } of isEvaluated ? further : []) {
    for (const name of pair.filter((side) => !candidates.includes(side))) {
      warnNotEvaluated(`"${name}" is not evaluated`, at, problems);
    }
  }
  return {
    candidates,
    compare: {
      baseline,
      pairs: [
        ...pairs,
        ...further.map(({ pair }) => pair).filter((pair) => !pairs.some((other) => isSame(pair, other))),
      ],
      ...readStatistics(root, given.benchmarks, problems),
    },
  };
}

/** Seed and number of the draws, how p-values are corrected, and which differences do not matter. */
export function readStatistics(
  root: YamlNode,
  benchmarks: readonly SpecBenchmark[],
  problems: SpecProblems,
): SpecStatistics {
  const node = entryOf(root, 'compare')?.value;
  const correction = textOf(entryOf(node, 'correction')?.value);
  return {
    seed: numberOf(entryOf(node, 'seed')?.value) ?? 0,
    draws: numberOf(entryOf(node, 'draws')?.value) ?? DEFAULT_DRAWS,
    // any other word is reported by the schema
    correction: CORRECTIONS.find((method) => method === correction) ?? DEFAULT_CORRECTION,
    margins: readMargins(root, benchmarks, problems),
  };
}

function readMargins(
  root: YamlNode,
  benchmarks: readonly SpecBenchmark[],
  problems: SpecProblems,
): SpecStatistics['margins'] {
  const metrics = new KnownMetrics(root, benchmarks, problems);
  const written = entriesOf(entryOf(entryOf(root, 'compare')?.value, 'margin')?.value);
  return Object.fromEntries(
    written.flatMap(({ key, keySpan, value }) => {
      const margin = numberOf(value);
      metrics.check(key, keySpan);
      return margin === undefined ? [] : [[key, margin]];
    }),
  );
}

type Pair = readonly [first: string, second: string];

function readPairs(
  node: YamlNode | undefined,
  names: Namespace,
  problems: SpecProblems,
): readonly { readonly pair: Pair; readonly at: YamlNode }[] {
  const pairs: { readonly pair: Pair; readonly at: YamlNode }[] = [];
  for (const at of itemsOf(entryOf(node, 'pairs')?.value)) {
    const [first, second] = itemsOf(at).map((item) => {
      const text = textOf(item);
      return text === undefined ? undefined : names.resolve(text, item.span);
    });
    if (first === undefined || second === undefined) {
      continue;
    }
    const pair: Pair = [first, second];
    if (first === second) {
      const message = `"${first}" is compared with itself`;
      problems.add({ code: 'SPEC_VALUE', message, hint: 'Name two different candidates.', span: at.span });
    } else if (pairs.some((other) => isSame(pair, other.pair))) {
      const message = `"${first}" and "${second}" are compared twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'Remove one of the pairs.', span: at.span });
    } else {
      pairs.push({ pair, at });
    }
  }
  return pairs;
}

function isSame([a, b]: Pair, [c, d]: Pair): boolean {
  return (a === c && b === d) || (a === d && b === c);
}

/** Warns that comparisons with a candidate will have no metrics, unless there are errors. */
export function warnNotEvaluated(what: string, at: YamlNode, problems: SpecProblems): void {
  if (problems.hasError) {
    // A name or a step that could not be read would be warned about for the wrong reason.
    return;
  }
  problems.add({
    code: 'SPEC_NOT_EVALUATED',
    severity: 'warning',
    message: `${what}, so its comparisons have no metrics`,
    hint: 'Add it to evaluate.steps.',
    span: at.span,
  });
}
