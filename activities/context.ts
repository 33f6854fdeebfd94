/** What the activities of one worker share: the store, the device, opened adapters, plans already read. */
import type { FactorOperator } from '../core/algebra/operators/operator.js';
import type { Gram } from '../core/algebra/types.js';
import type { Plan } from '../core/plan/types.js';
import type { Digest } from '../core/digest.js';
import type { PreparedTask } from '../core/evaluation/prepare.js';
import { RecentMap } from '../core/recent-map.js';
import type { AdapterFolder } from '../io/adapter/adapter-folder.js';
import type { TextTokenizer } from '../io/model/tokenizer.js';
import type { Device, InferenceEngine } from '../io/model/types.js';
import type { ArtifactStore } from '../io/store/types.js';
import type { SweepFacts } from './sweep/kept.js';

/** Most plans kept in memory. */
const KEPT_PLANS = 32;
/** Most prepared tasks, and most tokenizers. */
const KEPT_TASKS = 32;
/** Most Gram matrices: a sweep has one set, and a worker serves few sweeps at a time. */
const KEPT_GRAMS = 2;
/** Most sweeps whose facts are kept. */
const KEPT_SWEEPS = 8;

/** Dependencies of the activities; the worker makes them, tests may make others. */
export interface ActivityContext {
  readonly store: ArtifactStore;
  readonly device: Device;
  /** Runs models in a child process; made on first use. */
  readonly engine: () => InferenceEngine;
  /** Brings a source of a plan onto this machine and checks its digest. */
  readonly sources: SourceAccess;
  readonly caches: ActivityCaches;
  /** Tells whoever started the worker what is wrong with this machine. */
  readonly warn?: (line: string) => void;
  /** Operators of factors by name; those of the registry unless given. */
  readonly makers?: (name: string) => Pick<FactorOperator, 'factors'>;
}

/** What is made once per worker and used by many nodes; what was unused for longest leaves first. */
export interface ActivityCaches {
  /** By the digest of the stored text. */
  readonly plans: RecentMap<Digest, Promise<Plan>>;
  /** By the model's digest. */
  readonly tokenizers: RecentMap<Digest, Promise<TextTokenizer>>;
  /** By the digest of task, data and model. */
  readonly tasks: RecentMap<Digest, Promise<PreparedTask>>;
  /** Gram matrices of sweeps, by the key of their node. */
  readonly grams: RecentMap<Digest, Promise<Gram>>;
  /** Adapter folders that this worker wrote or found, so that they are on its disk: their files' marks, by path and key. */
  readonly places: Map<string, string>;
  /** What all points of a sweep share, by the digest of its stored plan. */
  readonly sweeps: RecentMap<Digest, Promise<SweepFacts>>;
}

/** Empty caches. */
export function createCaches(): ActivityCaches {
  return {
    plans: new RecentMap(KEPT_PLANS),
    tokenizers: new RecentMap(KEPT_TASKS),
    tasks: new RecentMap(KEPT_TASKS),
    grams: new RecentMap(KEPT_GRAMS),
    places: new Map(),
    sweeps: new RecentMap(KEPT_SWEEPS),
  };
}

/** Sources of a plan, on this machine. */
export interface SourceAccess {
  /**
   * @throws OminusError `SOURCE_CHANGED` when the folder no longer has the digest that the plan was made with;
   *   `SOURCE_MISSING` instead, and for whatever else is wrong with it, where other workers may have it
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
