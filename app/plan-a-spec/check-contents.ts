/** What is in the files that a spec names, as far as a run would read it: data in its format, tokenizers, the template of prompts. */
import { readFile } from 'node:fs/promises';
import { sourceNames } from '../../core/evaluation/sources.js';
import { prepare } from '../../core/evaluation/prepare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import { readRequests } from '../../core/evaluation/requests.js';
import type { ModelRequest, ResponseTask } from '../../core/evaluation/tasks.js';
import type { Spec, SpecBenchmark } from '../../core/spec/types.js';
import { openTokenizer, type TextTokenizer } from '../../io/model/tokenizer.js';
import { placeOf } from './check-benchmarks.js';
import type { PlanProblems } from './plan-problems.js';

/** Where things lie on this machine. */
export interface SpecContents {
  /** Folder of the base model that is evaluated, and its positions. */
  readonly base: { readonly folder: string; readonly contextLength: number } | undefined;
  /** By path as written. */
  readonly data: ReadonlyMap<string, string>;
  readonly classifiers: ReadonlyMap<string, string>;
}

/** Reads what every benchmark of a spec will read first, and reports what is wrong with it. */
export async function checkContents(spec: Spec, contents: SpecContents, problems: PlanProblems): Promise<void> {
  const { benchmarks } = spec.evaluate;
  const [first] = benchmarks;
  const { base, classifiers } = contents;
  const tokenizer =
    base === undefined || first === undefined
      ? undefined
      : await problems.attempt(spec.base?.span ?? first.span, () => openTokenizer(base.folder));
  for (const benchmark of benchmarks) {
    const { classifier } = benchmark.parameters;
    const folder = typeof classifier === 'string' ? classifiers.get(classifier) : undefined;
    if (folder !== undefined) {
      await problems.attempt(placeOf(benchmark, 'classifier'), () => openTokenizer(folder));
    }
    const task = await problems.attempt(benchmark.span, () =>
      requireBenchmark(benchmark.benchmark).task(benchmark.parameters),
    );
    const requests =
      task && (await problems.attempt(placeOf(benchmark, 'data'), () => requestsOf(benchmark, task, contents)));
    if (tokenizer !== undefined && base !== undefined && task !== undefined && requests !== undefined) {
      await problems.attempt(placeOf(benchmark, 'chat_template'), () =>
        tryFirst(task, requests, { tokenizer, contextLength: base.contextLength }),
      );
    }
  }
}

/** @throws OminusError `DATA_INVALID` for a malformed file */
async function requestsOf(
  { parameters, benchmark }: SpecBenchmark,
  task: ResponseTask,
  { data }: SpecContents,
): Promise<readonly ModelRequest[]> {
  const named = await Promise.all(
    sourceNames(requireBenchmark(benchmark)).map(async (name) => {
      const written = parameters[name];
      const path = typeof written === 'string' ? data.get(written) : undefined;
      return path === undefined ? [] : [[name, { text: await readFile(path, 'utf8'), name: path }] as const];
    }),
  );
  const texts = Object.fromEntries(named.flat());
  return texts['data'] === undefined ? [] : readRequests(task, { ...texts, data: texts['data'] });
}

/** Makes the first prompt; of documents, which are packed into blocks, only a run does. */
async function tryFirst(
  task: ResponseTask,
  requests: readonly ModelRequest[],
  by: { readonly tokenizer: TextTokenizer; readonly contextLength: number },
): Promise<void> {
  if (task.kind !== 'blocks') {
    await prepare({ task, requests: requests.slice(0, 1), ...by });
  }
}
