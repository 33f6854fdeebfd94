/**
 * What every benchmark of the registry keeps. A new one is tested by being there: all it needs is a sample of its data,
 * samples/NAME.jsonl (one example per line) or samples/NAME.txt (documents), with at least four examples.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../core/digest.js';
import { metricValues } from '../../../core/evaluation/metric-values.js';
import { metricsOf } from '../../../core/evaluation/parts.js';
import { prepare, type PreparedTask } from '../../../core/evaluation/prepare.js';
import { BENCHMARKS } from '../../../core/evaluation/registry.js';
import { readRequests } from '../../../core/evaluation/requests.js';
import { respond } from '../../../core/evaluation/respond.js';
import { sourceNames } from '../../../core/evaluation/sources.js';
import { taskJson, type ResponseTask } from '../../../core/evaluation/tasks.js';
import type { Benchmark, BenchmarkResult, Classification } from '../../../core/evaluation/types.js';
import { MapShards, RuleEngine, WordTokenizer } from './fakes.js';

/** As specs write a benchmark's metrics: `label.metric`. */
const METRIC_NAME = /^[a-z][a-z0-9-]*$/;
const FEWEST_EXAMPLES = 4;

type Parameters = Readonly<Record<string, Json>>;
interface Properties {
  readonly properties: Readonly<
    Record<string, { readonly default?: Json; readonly type?: string; readonly enum?: readonly string[] }>
  >;
  readonly required?: readonly string[];
}

function sampleOf({ name }: Benchmark): { readonly text: string; readonly file: string } {
  const files = ['jsonl', 'txt'].map((end) => join(import.meta.dirname, 'samples', `${name}.${end}`));
  const file = files.find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(`${name} has no sample of its data: add ${files.join(' or ')}`);
  }
  return { text: readFileSync(file, 'utf8'), file };
}

/** What must be given, and nothing else. */
function leastParameters(benchmark: Benchmark): Record<string, Json> {
  return { data: 'sample', ...(benchmark.classifier ? { classifier: 'classifier' } : {}) };
}

function prepared(benchmark: Benchmark, given: Parameters, tokenizer: WordTokenizer): Promise<PreparedTask> {
  const task = benchmark.task(given);
  const requests = readRequests(task, { data: { text: sampleOf(benchmark).text, name: 'sample' } });
  return prepare({ task, requests, tokenizer, contextLength: task.kind === 'blocks' ? 8 : 2000 });
}

/** As the activities do it, with an engine that follows a rule. */
async function evaluated(
  benchmark: Benchmark,
  given: Parameters,
  tokenizer = new WordTokenizer(),
): Promise<BenchmarkResult> {
  const { responses } = await respond({
    prepared: await prepared(benchmark, given, tokenizer),
    tokenizer,
    engine: new RuleEngine(),
    candidate: 'c',
    shards: new MapShards(),
  });
  const classify = (texts: readonly string[]): Promise<Classification> =>
    Promise.resolve({ probabilities: texts.map(({ length }) => (length % 11) / 10), cutTexts: 0, maxTokens: 128 });
  const sources = { data: { text: sampleOf(benchmark).text, name: 'sample' } };
  return benchmark.score({ parameters: given, sources, responses, classify });
}

it('names every benchmark, and every reader, once', () => {
  expect(new Set(BENCHMARKS.map(({ name }) => name)).size).toBe(BENCHMARKS.length);
  const readers = new Map(BENCHMARKS.map(({ reader }) => [reader.name, reader]));
  for (const { reader } of BENCHMARKS) {
    expect(readers.get(reader.name)).toBe(reader);
  }
});

describe.each(BENCHMARKS.map((benchmark) => [benchmark.name, benchmark] as const))('%s', (_, benchmark) => {
  const given = leastParameters(benchmark);
  const { properties, required = [] } = benchmark.parameters as unknown as Properties;

  it('needs its data, and nothing that has no counterpart in what it declares', () => {
    expect([...required].sort()).toEqual(Object.keys(given).sort());
    for (const source of sourceNames(benchmark)) {
      expect(properties[source]?.type).toBe('string');
    }
    expect(properties['limit']?.type).toBe('integer');
    expect('classifier' in properties).toBe(benchmark.classifier);
  });

  it('means the same by its defaults as by their absence', () => {
    const defaults = Object.entries(properties).flatMap(([key, schema]): [string, Json][] =>
      schema.default === undefined ? [] : [[key, schema.default]],
    );
    const written = { ...given, ...Object.fromEntries(defaults) };
    expect(benchmark.task(written)).toEqual(benchmark.task(given));
    expect(benchmark.conflict?.(written)).toBeUndefined();
  });

  it('has the version of its reader in its task, where keys have it, and no trace of what is not there', () => {
    const task: ResponseTask = benchmark.task(given);
    expect(task).toMatchObject({ reader: benchmark.reader.name, resultVersion: benchmark.reader.version });
    expect(task.kind).toBe(benchmark.reader.kind);
    expect(Object.values(task)).not.toContain(undefined);
    expect(taskJson(task)).toEqual(task);
  });

  it('asks the same every time, about every example once', async () => {
    const first = await prepared(benchmark, given, new WordTokenizer());
    expect(await prepared(benchmark, given, new WordTokenizer())).toEqual(first);
    expect(first.requests.length).toBeGreaterThanOrEqual(FEWEST_EXAMPLES - 1);
    expect(new Set(first.requests.map(({ id }) => id)).size).toBe(first.requests.length);
  });

  it('takes the first examples where a limit is set', async () => {
    const tokenizer = new WordTokenizer();
    const all = await evaluated(benchmark, given, tokenizer);
    const some = await evaluated(benchmark, { ...given, limit: 2 }, tokenizer);
    expect(some.examples.length).toBeLessThan(all.examples.length);
    expect(some.examples.map(({ id, scores }) => ({ id, scores }))).toEqual(
      all.examples.slice(0, some.examples.length).map(({ id, scores }) => ({ id, scores })),
    );
  });

  it('gives scores that are finite and in range, and metrics that are their aggregates', async () => {
    const result = await evaluated(benchmark, given);
    expect(result).toMatchObject({ benchmark: benchmark.name, resultVersion: benchmark.resultVersion });
    const definitions = metricsOf(benchmark, [result]);
    expect(Object.keys(result.metrics)).toEqual(definitions.map(({ name }) => name));
    for (const { name, unit, kind } of definitions) {
      expect(name).toMatch(METRIC_NAME);
      const value = result.metrics[name]?.value ?? Number.NaN;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(unit === 'share' ? 1 : Number.MAX_VALUE);
      for (const { scores, weight } of result.examples) {
        const score = scores[name] ?? Number.NaN;
        expect(Number.isFinite(score) && weight > 0).toBe(true);
        expect(kind !== 'accuracy' || score === 0 || score === 1).toBe(true);
      }
    }
    expect(metricValues(definitions, result.examples)).toEqual(result.metrics);
    expect(await evaluated(benchmark, given)).toEqual(result);
  });

  it('reports every part of the examples where its parameters divide them', async () => {
    expect(benchmark.partedBy(given)).toBeUndefined();
    expect((await evaluated(benchmark, given)).derived ?? []).toEqual([]);
    for (const by of properties['by']?.enum ?? []) {
      expect(benchmark.partedBy({ ...given, by })).toBe(by);
      const { derived = [] } = await evaluated(benchmark, { ...given, by });
      expect(derived, `samples/${benchmark.name} needs two parts by ${by}`).not.toHaveLength(0);
      expect(new Set(derived.map(({ name }) => name.slice(name.indexOf('=')))).size).toBeGreaterThan(1);
    }
  });

  it('has a section in docs/evaluations.md', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'evaluations.md'), 'utf8');
    expect(page.split('\n').filter((line) => line === `## ${benchmark.name}`)).toHaveLength(1);
  });

  it('says in which line its data is broken', () => {
    const { text, file } = sampleOf(benchmark);
    const lines = text.split('\n');
    const broken = [...lines.slice(0, 2), file.endsWith('.txt') ? '\0' : '{}', ...lines.slice(2)].join('\n');
    expect(() => readRequests(benchmark.task(given), { data: { text: broken, name: 'broken' } })).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', message: expect.stringMatching(/^broken, line 3: /) as string }),
    );
  });
});
