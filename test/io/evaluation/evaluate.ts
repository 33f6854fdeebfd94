/** Runs a benchmark on a candidate through the inference child, as the activities do. */
import { readFile } from 'node:fs/promises';
import { digestOf } from '../../../core/digest.js';
import { prepare } from '../../../core/evaluation/prepare.js';
import { readRequests } from '../../../core/evaluation/requests.js';
import { requireBenchmark } from '../../../core/evaluation/registry.js';
import { respond, type RespondResult } from '../../../core/evaluation/respond.js';
import type { BenchmarkResult, Classification } from '../../../core/evaluation/types.js';
import { openTokenizer } from '../../../io/model/tokenizer.js';
import type { Candidate, InferenceEngine } from '../../../io/model/types.js';

/** What a benchmark gave, and the responses behind it. */
export interface Evaluated {
  readonly result: BenchmarkResult;
  readonly responses: RespondResult['responses'];
}

/** Opens the model, asks it, scores it; `parameters.data` is the data file. */
export async function evaluate(
  engine: InferenceEngine,
  modelFolder: string,
  candidate: Candidate,
  benchmarkName: string,
  parameters: Readonly<Record<string, string | number>> & { readonly data: string },
): Promise<Evaluated> {
  const benchmark = requireBenchmark(benchmarkName);
  const { contextLength } = await engine.openModel({ folder: modelFolder, digest: digestOf(modelFolder) });
  const tokenizer = await openTokenizer(modelFolder);
  const data = { text: await readFile(parameters.data, 'utf8'), name: parameters.data };
  const task = benchmark.task(parameters);
  const requests = readRequests(task, { data });
  const prepared = await prepare({ task, requests, tokenizer, contextLength });
  const shards = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
  const { responses } = await respond({ prepared, tokenizer, engine, candidate, shards });
  const folder = String(parameters['classifier']);
  const classifier = { folder, digest: digestOf(folder), label: undefined };
  const classify = (texts: readonly string[]): Promise<Classification> => engine.classify(classifier, texts);
  return { result: await benchmark.score({ parameters, sources: { data }, responses, classify }), responses };
}

/** Another benchmark over responses that are there already. */
export async function rescore(
  benchmarkName: string,
  parameters: Readonly<Record<string, string | number>> & { readonly data: string },
  { responses }: Evaluated,
): Promise<Evaluated> {
  const data = { text: await readFile(parameters.data, 'utf8'), name: parameters.data };
  const classify = (): Promise<Classification> => Promise.reject(new Error('no classifier'));
  const result = await requireBenchmark(benchmarkName).score({ parameters, sources: { data }, responses, classify });
  return { result, responses };
}

/** Value of a metric; NaN where there is none. */
export function valueOf({ result }: Evaluated, metric: string): number {
  return result.metrics[metric]?.value ?? Number.NaN;
}
