/** Goldens and candidates that the model tests share. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leafCoefficients } from '../../../core/algebra/leaf.js';
import { digestOf } from '../../../core/digest.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { CandidateInputs } from '../../../io/model/candidate-inputs.js';
import { CausalModel } from '../../../io/model/causal-model.js';
import { Runtime, type Feeds } from '../../../io/model/runtime.js';
import type { Candidate } from '../../../io/model/types.js';

/** A path in the repository. */
export function repository(...parts: string[]): string {
  return join(fileURLToPath(new URL('../../../', import.meta.url)), ...parts);
}
export const demo = (...parts: string[]): string => repository('demo', ...parts);
export const golden = (...parts: string[]): string => repository('test', 'golden', 'model', ...parts);

/** The base model as a candidate. */
export const BASE: Candidate = { id: 'base', adapters: [], coefficients: undefined };

/** One adapter, as peft would apply it, times a factor. */
export async function adapterCandidate(folder: string, factor = 1): Promise<Candidate> {
  const adapter = await openAdapter(folder);
  await adapter.close();
  const digest = digestOf(folder);
  const { leaves, modules } = leafCoefficients(digest, adapter.description);
  const scaled = new Map([...modules].map(([path, values]) => [path, values.map((value) => value * factor)]));
  return {
    id: `${folder} × ${String(factor)}`,
    adapters: [{ folder, digest }],
    coefficients: { leaves, modules: scaled },
  };
}

/** A model in this process, with the inputs of a candidate. */
export async function loadModel(
  folder: string,
  candidate: Candidate = BASE,
): Promise<{ model: CausalModel; adapter: Feeds; runtime: Runtime }> {
  const runtime = new Runtime({ device: 'cpu', threads: 1 });
  const model = await CausalModel.load(folder, runtime);
  return { model, adapter: await new CandidateInputs(model.modules).add(candidate), runtime };
}

/** What transformers computed for one prompt. */
export interface Recorded {
  readonly lastLogits: readonly number[];
  readonly logProbs: readonly number[];
  readonly greedy: readonly number[];
}
/** One golden model: prompts, and what transformers computed for them without and with the adapter beside it. */
export interface GoldenModel {
  readonly prompts: readonly (readonly number[])[];
  readonly base: readonly Recorded[];
  /** With the adapter in the folder of the same name and `-lora`. */
  readonly adapter?: readonly Recorded[];
  /** The prompts in one batch that is padded on a side. */
  readonly padded?: {
    readonly left: {
      readonly logProbs: readonly (readonly number[])[];
      readonly greedy: readonly (readonly number[])[];
    };
    readonly right: { readonly logProbs: readonly (readonly number[])[] };
  };
  /** Texts through the model's own tokenizer, without and with the adapter. */
  readonly texts?: readonly RecordedText[];
  readonly adapterTexts?: readonly RecordedText[];
}
/** The log-probabilities of a continuation. */
export interface RecordedText {
  readonly context: string;
  readonly continuation: string;
  readonly tokens: readonly [context: readonly number[], continuation: readonly number[]];
  readonly logProbs: readonly number[];
}
/** What every generator beside golden.json has written about whole models. */
export async function readGoldenModels(): Promise<Readonly<Record<string, GoldenModel>>> {
  const files = (await readdir(golden())).filter((name) => name.endsWith('.json'));
  const read = files.map((file) =>
    readGolden<{ readonly models?: Readonly<Record<string, Partial<GoldenModel>>> }>(golden(file)),
  );
  const entries = (await Promise.all(read)).flatMap(({ models = {} }) => Object.entries(models));
  return Object.fromEntries(entries.filter((entry): entry is [string, GoldenModel] => entry[1].base !== undefined));
}
/** Our own golden files: their shape is what their generator writes. */
export async function readGolden<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

/** Largest absolute difference of two lists of the same length. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    return Infinity;
  }
  return Array.from(a, (value, place) => Math.abs(value - (b[place] ?? NaN))).reduce(
    (x, y) => (y > x || Number.isNaN(y) ? y : x),
    0,
  );
}

/** Runs work with a folder of its own. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ominus-model-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
