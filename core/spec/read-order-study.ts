/** `kind: order-study`: one expert, several anti-experts, every order in which they can be removed. */
import { STUDY_OPERATORS } from '../algebra/operators/registry.js';
import { STUDIED, type StudyMatch, type StudyOperator } from '../study/types.js';
import { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readCommon } from './read-common.js';
import { readStatistics, warnNotEvaluated } from './read-compare.js';
import { readBenchmarks, readCandidates } from './read-evaluate.js';
import { readOrders } from './read-orders.js';
import { readRemoved } from './read-removed.js';
import { readSettings } from './read-settings.js';
import type { OrderStudySpec } from './types.js';
import { entryOf, itemsOf, numberOf, textOf, type YamlNode } from './yaml-tree.js';

const MATCHES: readonly StudyMatch[] = ['lambda', 'distance'];

/** Reads what is of the right type, whatever else is wrong, so that all problems come at once. */
export function readOrderStudy(text: string, root: YamlNode, problems: SpecProblems): OrderStudySpec {
  const names = new Namespace(problems);
  const common = readCommon(text, root, names, problems);
  const expertNode = entryOf(root, 'expert')?.value;
  const written = textOf(expertNode);
  const expert =
    written === undefined || expertNode === undefined
      ? undefined
      : names.resolve(written, expertNode.span, ['adapter']);
  const removed = readRemoved(root, expert, names, problems);
  const operators = readOperators(root, problems);
  const orders = readOrders(root, removed, names, problems);
  const settings = readSettings(root, removed, { names, problems });
  const evaluate = readEvaluate(root, expert, names, problems);
  return {
    kind: 'order-study',
    ...common,
    expert: expert ?? '',
    remove: removed.names,
    operators,
    orders,
    settings,
    match: readMatch(root, operators, problems),
    distinct: numberOf(entryOf(root, 'distinct')?.value),
    evaluate,
    compare: readStatistics(root, evaluate.benchmarks, problems),
    spans: { remove: (entryOf(root, 'remove')?.value ?? root).span },
  };
}

function readOperators(root: YamlNode, problems: SpecProblems): readonly StudyOperator[] {
  const node = entryOf(root, 'operators')?.value;
  return node === undefined ? [STUDIED] : readWords(STUDY_OPERATORS, itemsOf(node), problems);
}

function readMatch(root: YamlNode, operators: readonly StudyOperator[], problems: SpecProblems): readonly StudyMatch[] {
  const node = entryOf(root, 'match')?.value;
  if (node === undefined) {
    return ['lambda'];
  }
  const items = node.kind === 'list' ? node.items : [node];
  const distance = items.find((item) => textOf(item) === 'distance');
  const lacksExt = !operators.includes(STUDIED);
  if (distance !== undefined && operators.length > 0 && (lacksExt || operators.length === 1)) {
    const message = lacksExt
      ? 'match: distance needs the ext arms, which set the distance'
      : 'match: distance needs an operator besides ext, to scale to its distance';
    const hint = lacksExt ? 'Add ext to operators.' : `Add ${controls()} to operators.`;
    problems.add({ code: 'SPEC_MATCH', message, hint, span: distance.span });
  }
  return readWords(MATCHES, items, problems);
}

/** `direct, order-free or extrapolate`. */
function controls(): string {
  const names = STUDY_OPERATORS.filter((name) => name !== STUDIED);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** Known words in the order of the text; one that is listed twice is reported here, an unknown one by the schema. */
function readWords<T extends string>(
  words: readonly T[],
  items: readonly YamlNode[],
  problems: SpecProblems,
): readonly T[] {
  const found = new Set<T>();
  for (const item of items) {
    const word = words.find((known) => known === textOf(item));
    if (word !== undefined && found.has(word)) {
      const message = `${word} is listed twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'List it once.', span: item.span });
    } else if (word !== undefined) {
      found.add(word);
    }
  }
  return [...found];
}

function readEvaluate(
  root: YamlNode,
  expert: string | undefined,
  names: Namespace,
  problems: SpecProblems,
): OrderStudySpec['evaluate'] {
  const evaluate = entryOf(root, 'evaluate');
  const benchmarks = readBenchmarks(root, problems);
  const written = readCandidates(root, names, problems, ['adapter', 'base']);
  if (evaluate === undefined || expert === undefined) {
    return { candidates: [], benchmarks };
  }
  const candidates = written ?? ['base', expert];
  if (!candidates.includes(expert)) {
    const at = entryOf(evaluate.value, 'steps')?.value ?? root;
    warnNotEvaluated(`the expert "${expert}" is not evaluated`, at, problems);
  }
  return { candidates, benchmarks };
}
