/** From what is a benchmark's own to the whole: checks of parameters, sources, tasks, and results. */
import { type Static, type TObject, type TProperties, Type } from 'typebox';
import type { Json } from '../digest.js';
import { OminusError } from '../errors.js';
import { metricValues } from './metric-values.js';
import { readParameters } from './parameters.js';
import { divide, partMetrics, withPartScores, type Parts } from './parts.js';
import type { ExampleReader, SourceText, TaskReader } from './readers/reader.js';
import type { SourceReader, TaskBase, TaskKind, TaskOf } from './tasks.js';
import type {
  Benchmark,
  BenchmarkResult,
  ExampleResult,
  MetricDefinition,
  ModelResponse,
  ScoreInput,
} from './types.js';

type Given = Readonly<Record<string, Json>>;

/** What a benchmark is given to score. */
export interface Answers<Item, Parameters> {
  readonly parameters: Parameters;
  /** The same as plain JSON. */
  readonly given: Given;
  /** Examples of the data file, as far as `limit` goes; read when they are asked for. */
  readonly items: () => readonly Item[];
  readonly responses: readonly ModelResponse[];
  readonly classify: ScoreInput['classify'];
}

/** What a benchmark makes of responses. */
export interface Scored {
  /** In the order of the data. */
  readonly examples: readonly ExampleResult[];
  readonly warnings: readonly string[];
  /** Metrics that have no value since an example's score is undefined, with the ids of those examples. */
  readonly undefinedIn?: Readonly<Record<string, ReadonlySet<string>>>;
}

/** What is a benchmark's own. */
export interface BenchmarkDefinition<Item extends { readonly id: string }, K extends TaskKind, P extends TProperties> {
  readonly name: string;
  readonly title: string;
  /** Raise when the same responses would give other numbers. */
  readonly resultVersion: number;
  /**
   * Its parameters: `data`, whatever names a file of `others`, `limit`, and its own. A default is what absence means, and is
   * written into keys.
   */
  readonly parameters: P;
  /** Whether it has the parameter `classifier` and calls `classify`. */
  readonly classifier?: boolean;
  readonly metrics: readonly MetricDefinition[];
  /** Reads `data` and says what is asked. */
  readonly reader: TaskReader<Item, K>;
  /** Readers of further files, by the parameter that names the file. */
  readonly others?: Readonly<Record<string, ExampleReader<unknown>>>;
  readonly conflict?: Benchmark['conflict'];
  /** The task: `base`, and what of the parameters requests depend on. */
  readonly task: (parameters: Static<TObject<P>>, base: Omit<TaskBase, 'style'>, given: Given) => TaskOf<K>;
  /** How parameters divide the examples; undefined where they do not. */
  readonly parts?: (parameters: Static<TObject<P>>) => Parts<Item> | undefined;
  readonly score: (answers: Answers<Item, Static<TObject<P>>>) => Promise<Scored> | Scored;
}

/** The whole benchmark. */
export function defineBenchmark<Item extends { readonly id: string }, K extends TaskKind, P extends TProperties>(
  definition: BenchmarkDefinition<Item, K, P>,
): Benchmark {
  const { name, title, resultVersion, metrics, reader, others = {}, conflict, classifier = false } = definition;
  const parameters = Type.Object(definition.parameters, { additionalProperties: false });
  const read = (given: Given): Static<typeof parameters> => readParameters(name, parameters, given);
  const partsOf = (given: Given): Parts<Item> | undefined => definition.parts?.(read(given));
  const itemsOf = (given: Given, data: SourceText): readonly Item[] =>
    reader.read(data.text, { source: data.name, ...limitOf(given) });
  return {
    ...{ name, title, resultVersion, parameters, metrics, classifier, reader, others },
    ...(conflict === undefined ? {} : { conflict }),
    task(given) {
      const own = read(given);
      const found = conflict?.(given);
      if (found !== undefined) {
        throw new OminusError('SPEC_INVALID', { message: `parameters of ${name}: ${found.message}`, hint: found.hint });
      }
      const base = {
        reader: reader.name,
        resultVersion: reader.version,
        ...otherReaders(others, given),
        ...limitOf(given),
      };
      return definition.task(own, base, given);
    },
    partedBy: (given) => partsOf(given)?.by,
    derivedMetrics(given, { data }) {
      const parts = partsOf(given);
      return parts === undefined ? [] : partMetrics(metrics, parts.by, divide(itemsOf(given, data), parts, data.name));
    },
    async score(input) {
      const { data } = input.sources;
      let read: readonly Item[] | undefined;
      const items = (): readonly Item[] => (read ??= itemsOf(input.parameters, data));
      const own = readParameters(name, parameters, input.parameters);
      const scored = await definition.score({ ...input, parameters: own, given: input.parameters, items });
      const parts = definition.parts?.(own);
      const table = parts === undefined ? undefined : divide(items(), parts, data.name);
      if (parts === undefined || table === undefined) {
        return resultOf(definition, scored);
      }
      const examples = withPartScores(scored.examples, metrics, parts.by, table);
      return resultOf(definition, { ...scored, examples }, partMetrics(metrics, parts.by, table));
    },
  };
}

function limitOf({ limit }: Given): { readonly limit?: number } {
  return typeof limit === 'number' ? { limit } : {};
}

/** Readers of the further files that the parameters name. */
function otherReaders(
  others: Readonly<Record<string, ExampleReader<unknown>>>,
  given: Given,
): { readonly others?: Readonly<Record<string, SourceReader>> } {
  const named = Object.entries(others).filter(([source]) => given[source] !== undefined);
  const readers = named.map(([source, { name: reader, version }]): [string, SourceReader] => [
    source,
    { reader, ...(version === 1 ? {} : { resultVersion: version }) },
  ]);
  return readers.length === 0 ? {} : { others: Object.fromEntries(readers) };
}

function resultOf(
  { name, resultVersion, metrics }: Pick<Benchmark, 'name' | 'resultVersion' | 'metrics'>,
  { examples, warnings, undefinedIn = {} }: Scored,
  derived: readonly MetricDefinition[] = [],
): BenchmarkResult {
  const all = [...metrics, ...derived];
  const values = metricValues(all, examples);
  const isUndefined = ({ name: metric, partOf = metric }: MetricDefinition): boolean =>
    examples.some(({ id, scores }) => metric in scores && undefinedIn[partOf]?.has(id) === true);
  const gaps = all.filter(isUndefined).map(({ name: metric }) => {
    const gap = { value: null, stderr: null, n: values[metric]?.n ?? 0 };
    return [metric, gap] as const;
  });
  return {
    benchmark: name,
    resultVersion,
    metrics: { ...values, ...Object.fromEntries(gaps) },
    ...(derived.length === 0 ? {} : { derived }),
    examples,
    warnings,
  };
}
