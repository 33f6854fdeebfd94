/** What the activities of one worker share: the store, the device, opened adapters, plans already read. */
import type { FactorOperator } from '../core/algebra/operators/operator.js';
import type { Gram } from '../core/algebra/types.js';
import type { Plan } from '../core/plan/types.js';
import type { Digest } from '../core/digest.js';
import type { PreparedTask } from '../core/evaluation/prepare.js';
import type { AdapterFolder } from '../io/adapter/adapter-folder.js';
import type { TextTokenizer } from '../io/model/tokenizer.js';
import type { Device, InferenceEngine } from '../io/model/types.js';
import type { ArtifactStore } from '../io/store/types.js';
import type { SweepFacts } from './sweep/kept.js';

/** Dependencies of the activities; the worker makes them, tests may make others. */
export interface ActivityContext {
  readonly store: ArtifactStore;
  readonly device: Device;
  /** Runs models in a child process; made on first use. */
  readonly engine: () => InferenceEngine;
  /** Brings a source of a plan onto this machine and checks its digest. */
  readonly sources: SourceAccess;
  readonly caches: ActivityCaches;
  /** Operators of factors by name; those of the registry unless given. */
  readonly makers?: (name: string) => Pick<FactorOperator, 'factors'>;
}

/** What is made once per worker and used by many nodes; every map is bounded by its user. */
export interface ActivityCaches {
  /** By the digest of the stored text. */
  readonly plans: Map<Digest, Promise<Plan>>;
  /** By the model's digest. */
  readonly tokenizers: Map<Digest, Promise<TextTokenizer>>;
  /** By the digest of task, data and model. */
  readonly tasks: Map<Digest, Promise<PreparedTask>>;
  /** Gram matrices of sweeps, by the key of their node. */
  readonly grams: Map<Digest, Promise<Gram>>;
  /** Adapter folders that this worker wrote or found, so that they lie on its disk: their files' marks, by path and key. */
  readonly places: Map<string, string>;
  /** What all points of a sweep share, by the digest of its stored plan. */
  readonly sweeps: Map<Digest, Promise<SweepFacts>>;
}

/** Empty caches. */
export function createCaches(): ActivityCaches {
  return {
    plans: new Map(),
    tokenizers: new Map(),
    tasks: new Map(),
    grams: new Map(),
    places: new Map(),
    sweeps: new Map(),
  };
}

/** Sources of a plan, on this machine. */
export interface SourceAccess {
  /**
   * @throws OminusError `SOURCE_CHANGED` when the folder no longer has the digest that the plan was made with
   */
  adapter(ref: { readonly name: string; readonly uri: string; readonly digest: Digest }): Promise<AdapterFolder>;
  /**
   * A made leaf as an adapter folder in the cache of this machine, written there unless it is there already.
   *
   * @param digest - of its tensors
   * @param files - its files by name, asked for when they are needed
   */
  made(digest: Digest, files: () => Promise<ReadonlyMap<string, Uint8Array>>): Promise<AdapterFolder>;
  /** Folder of a base model, classifier or adapter; checked like an adapter. */
  folder(
    kind: 'model' | 'classifier' | 'adapter',
    ref: { readonly uri: string; readonly digest: Digest },
  ): Promise<string>;
  /** Text of a data file. */
  text(ref: { readonly uri: string; readonly digest: Digest }): Promise<string>;
  /** Closes what is open. */
  close(): Promise<void>;
}
