/** Inference as the activities see it: a supervised child process per device that serves any number of candidates. */
import type { Digest } from '../../core/digest.js';
import type { Coefficients, Gram, Semantics } from '../../core/algebra/types.js';
import type { DecodingOptions } from '../../core/evaluation/model-interfaces.js';
import type { Classification } from '../../core/evaluation/types.js';
import type { FloatDtype } from '../../core/numeric/dtype.js';

/** Where inference runs. */
export type Device = 'cpu' | 'cuda' | 'webgpu';

/** Facts of a loaded model that prompts, batches and keys need. */
export interface ModelInfo {
  readonly architecture: string;
  readonly vocabSize: number;
  /** Positions the model was made for. */
  readonly contextLength: number;
  /** Multiplications by weights per token. */
  readonly multiplications: number;
  readonly device: Device;
  readonly runtimeVersion: string;
  /** Threads of one operator. */
  readonly threads: number;
  /** Model name of the machine's processor, whatever the device. */
  readonly processor: string;
}

/** A candidate: leaf adapters and one coefficient per row and leaf; no leaves means the base model itself. */
export interface Candidate {
  /** Digest of everything that determines it; the child caches its factors by it. */
  readonly id: string;
  /** Folders on this machine with verified digests, in the order of `coefficients.leaves`. */
  readonly adapters: readonly { readonly folder: string; readonly digest: Digest }[];
  readonly coefficients: Coefficients | undefined;
  /** Rounds its factors as an output of this element type does; else B is float32 and A as it is read. */
  readonly writtenAs?: FloatDtype;
}

/** One sequence to score: log-probabilities of `continuation` after `context`; the context is not empty. */
export interface ScoreRow {
  readonly context: readonly number[];
  readonly continuation: readonly number[];
}

/** Per continuation token. */
export interface ScoredRow {
  /** Nats, float32 values. */
  readonly logProbs: readonly number[];
  /** Whether the token is the argmax. */
  readonly isArgmax: readonly boolean[];
}

/** Greedy continuation of one prompt. */
export interface GeneratedRow {
  /** Without the end token. */
  readonly tokens: readonly number[];
  readonly finished: boolean;
}

/** What the child reports about its own time, for the bench (milliseconds). */
export interface InferenceTimes {
  readonly sessionRunMs: number;
}

/** Runs a model in a child process. Calls are served one at a time, in order. */
export interface InferenceEngine {
  /** Loads (or keeps) a model; another folder or digest replaces it. */
  openModel(model: { readonly folder: string; readonly digest: Digest }): Promise<ModelInfo>;
  /**
   * Scores one batch; rows may share a prefix, which is then computed once.
   *
   * @throws OminusError `INFERENCE_CRASHED` when the child died (it is started again on the next call),
   *   `OUT_OF_MEMORY` when the batch was too large
   */
  score(candidate: Candidate, rows: readonly ScoreRow[], signal?: AbortSignal): Promise<readonly ScoredRow[]>;
  /** Greedy generation for one batch of prompts; stops a row at any of `endTokens`, and soon after a text of `stop`. */
  generate(
    candidate: Candidate,
    prompts: readonly (readonly number[])[],
    options: DecodingOptions,
    signal?: AbortSignal,
  ): Promise<readonly GeneratedRow[]>;
  /** Probability of one label per text, and how many texts it could not read to their end, by an HF-layout ONNX text classifier folder. */
  classify(
    classifier: { readonly folder: string; readonly digest: Digest; readonly label: string | undefined },
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Classification>;
  /**
   * Gram matrices of distinct adapters by onnxruntime, in float64: what `computeGram` of io/adapter gives, except the last
   * places of the numbers.
   *
   * @param adapters - the leaves, in order; with `semantics: reference`, the leftmost adapter of the expressions first
   * @param onProgress - called after every module
   * @throws OminusError `DEVICE_UNAVAILABLE` on webgpu, which has no float64; `SOURCE_CHANGED` when a folder does not have
   *   its digest; what `computeGram` throws
   */
  gram(
    adapters: readonly { readonly folder: string; readonly digest: Digest }[],
    semantics: Semantics,
    signal?: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Gram>;
  /**
   * Runs a small graph on the device.
   *
   * @throws OminusError `DEVICE_UNAVAILABLE` where it cannot be used, `INFERENCE_CRASHED`
   */
  probe(): Promise<void>;
  times(): Promise<InferenceTimes>;
  /** Ends the child; safe to call twice. */
  close(): Promise<void>;
  /** Process id of the child, if it runs. */
  readonly pid: number | undefined;
}
