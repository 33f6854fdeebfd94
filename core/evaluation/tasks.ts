/** What a model must do for a benchmark: tasks, and the requests that readers make of data files for them. Plain data. */
import type { Json } from '../digest.js';

/** How answers are generated: greedily, until the end token, a stop text or the last token that is allowed. */
export interface GenerateOptions {
  /** Longest answer in tokens; the engine also stops where the context is full. */
  readonly maxNewTokens: number;
  /** Texts that end an answer; the answer ends before the first of them. Absent: no such texts. */
  readonly stop?: readonly string[];
}

/** These options alone, of whatever has them: a task, or a request. */
export function generateOptions({ maxNewTokens, stop }: GenerateOptions): GenerateOptions {
  return { maxNewTokens, ...(stop === undefined ? {} : { stop }) };
}

/** What all tasks have. */
export interface TaskBase {
  /** Which reader turns the data file into requests. */
  readonly reader: string;
  /** The reader's version. */
  readonly resultVersion: number;
  /** Readers of the sources that prompts depend on beside the data file (worked examples), by the source's name. */
  readonly others?: Readonly<Record<string, SourceReader>>;
  /** Prompt family: see docs/evaluations.md. */
  readonly style: 'ext-sub' | 'harness' | 'chat-template' | 'none';
  /** How many worked examples stand before every prompt. */
  readonly shots?: number;
  /** Number of examples to use, from the first. */
  readonly limit?: number;
}

/** Which reader reads a source, and its version from 2 on: version 1 is left out of keys. */
export interface SourceReader {
  readonly reader: string;
  readonly resultVersion?: number;
}

/** Log-probabilities of continuations. */
export interface ChoicesTask extends TaskBase {
  readonly kind: 'choices';
}

/** Greedy generation. */
export interface AnswersTask extends TaskBase, GenerateOptions {
  readonly kind: 'answers';
}

/** Token losses of packed text. */
export interface BlocksTask extends TaskBase {
  readonly kind: 'blocks';
  /** Tokens per block; absent means the model's context length. */
  readonly blockTokens?: number;
}

/**
 * What a model must do for a benchmark: together with the digests of the data files, the model and the candidate it
 * determines the responses. Benchmarks with equal tasks share one node (toxicity and repetition share their answers).
 */
export type ResponseTask = ChoicesTask | AnswersTask | BlocksTask;

/** A task as a part of keys. */
export function taskJson({ others, ...task }: ResponseTask): Json {
  const readers = Object.entries(others ?? {}).map(([source, reader]) => [source, { ...reader }] as const);
  return { ...task, ...(others === undefined ? {} : { others: Object.fromEntries(readers) }) };
}

/** Kinds of tasks. */
export type TaskKind = ResponseTask['kind'];

/** The task of a kind. */
export type TaskOf<K extends TaskKind> = Extract<ResponseTask, { readonly kind: K }>;

/** Asks for the log-probabilities of several continuations of one context. */
export interface ChoicesRequest {
  readonly kind: 'choices';
  /** Unique within a task and stable across runs (pairing is by it). */
  readonly id: string;
  readonly context: string;
  readonly continuations: readonly string[];
  /**
   * `separate`: encode(context) followed by encode(continuation); `harness`: trailing blanks of the context move to the
   * continuation, which is what encode(context + continuation) has beyond the COUNT of encode(context).
   */
  readonly encoding: 'separate' | 'harness';
}

/** Asks for an answer. */
export interface AnswerRequest extends GenerateOptions {
  readonly kind: 'answer';
  readonly id: string;
  readonly prompt: string;
}

/** A document that becomes part of the blocks. */
export interface DocumentRequest {
  readonly kind: 'document';
  readonly id: string;
  readonly text: string;
}

/** One request to a model. */
export type ModelRequest = ChoicesRequest | AnswerRequest | DocumentRequest;

/** The requests of a task of each kind. */
interface Requests {
  readonly choices: ChoicesRequest;
  readonly answers: AnswerRequest;
  readonly blocks: DocumentRequest;
}

/** A request of a task of this kind. */
export type RequestOf<K extends TaskKind> = Requests[K];
