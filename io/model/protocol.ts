/** What engine and inference child say to each other, by structured clone (typed arrays and maps travel as they are). */
import type { WireError } from '../../core/errors.js';
import type { Digest } from '../../core/digest.js';
import type { Gram, Semantics } from '../../core/algebra/types.js';
import type { DecodingOptions } from '../../core/evaluation/model-interfaces.js';
import type { Classification } from '../../core/evaluation/types.js';
import type { Candidate, GeneratedRow, ModelInfo, ScoredRow, ScoreRow } from './types.js';

/** A folder with the digest of its content. */
export interface FolderRef {
  readonly folder: string;
  readonly digest: Digest;
}

/** What can be asked for, with what comes back. */
export interface Calls {
  open: { readonly ask: { readonly model: FolderRef }; readonly answer: ModelInfo };
  /** Tells the child a candidate; later calls name it by its id. */
  candidate: { readonly ask: { readonly model: FolderRef; readonly candidate: Candidate }; readonly answer: null };
  score: {
    readonly ask: { readonly model: FolderRef; readonly candidateId: string; readonly rows: readonly ScoreRow[] };
    readonly answer: readonly ScoredRow[];
  };
  generate: {
    readonly ask: {
      readonly model: FolderRef;
      readonly candidateId: string;
      readonly prompts: readonly (readonly number[])[];
      readonly options: DecodingOptions;
    };
    readonly answer: readonly GeneratedRow[];
  };
  classify: {
    readonly ask: {
      readonly classifier: FolderRef;
      readonly label: string | undefined;
      readonly texts: readonly string[];
    };
    readonly answer: Classification;
  };
  gram: {
    readonly ask: { readonly adapters: readonly FolderRef[]; readonly semantics: Semantics };
    readonly answer: Gram;
  };
  probe: { readonly ask: null; readonly answer: null };
  times: { readonly ask: null; readonly answer: { readonly sessionRunMs: number } };
}
/** Name of a call. */
export type CallKind = keyof Calls;

/** From the engine: a call, or that the answer to one is no longer needed. */
export type Request =
  | { [K in CallKind]: { readonly id: number; readonly kind: K; readonly ask: Calls[K]['ask'] } }[CallKind]
  | { readonly id: number; readonly kind: 'cancel' };

/** How far a call is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** From the child: how far a call is, any number of times, then its answer or its error. */
export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly ok: true; readonly answer: Calls[CallKind]['answer'] }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** Environment variable by which the engine tells the child its device and threads. */
export const SETTINGS_VARIABLE = 'OMINUS_INFERENCE';
