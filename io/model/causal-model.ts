/** A loaded decoder: one forward step over a batch of token rows on top of a cache. */
import { buildDecoder, type DecoderGraph } from '../../core/onnx/decoder/build-decoder.js';
import { INPUT, OUTPUT, pastName, presentName } from '../../core/onnx/decoder/names.js';
import type { LinearShape } from '../../core/onnx/decoder/scope.js';
import type { DecoderSizes } from '../../core/onnx/decoder/sizes.js';
import { openCheckpoint } from './checkpoint.js';
import { PositionFeeds } from './position-feeds.js';
import {
  float32Data,
  float32Tensor,
  int64Data,
  int64Tensor,
  type Feeds,
  type Runtime,
  type Session,
} from './runtime.js';
import { WholeNumbers } from './whole-numbers.js';

/** Keys and values of the tokens so far. Rows are right padded: a slot that is padding has 0 in the mask. */
export interface Cache {
  readonly rows: number;
  /** Slots of every row, padding included. */
  readonly slots: number;
  /** Real tokens of each row. */
  readonly lengths: readonly number[];
  /** `[rows, slots]`. */
  readonly mask: WholeNumbers;
  readonly tensors: Feeds;
}

/** One forward step. */
export interface Step {
  readonly cache: Cache;
  /** For each row of the batch the row of the cache that it continues; rows may repeat, and be left out. */
  readonly parents: readonly number[];
  /** New tokens of each row, at least one. */
  readonly tokens: readonly (readonly number[])[];
  /** What is wanted: for each row the places among its new tokens whose next token is asked for, with its target. */
  readonly wanted: readonly { readonly row: number; readonly place: number; readonly target: number }[];
  readonly adapter: Feeds;
  readonly fetch: readonly (keyof typeof OUTPUT)[];
  /** Whether the cache after this step is needed. */
  readonly keepCache: boolean;
}

/** Output of a step; each array is in the order of `wanted`. */
export interface StepResult {
  readonly logits: Float32Array;
  readonly logProbs: Float32Array;
  readonly argmax: readonly number[];
  readonly cache: Cache;
}

interface CacheNames {
  readonly past: string;
  readonly present: string;
}

function cacheNames(layers: number): readonly CacheNames[] {
  const parts = ['key', 'value'] as const;
  return Array.from({ length: layers }, (_, layer) =>
    parts.map((part) => ({ past: pastName(layer, part), present: presentName(layer, part) })),
  ).flat();
}

const NO_VALUES = new Float32Array(0);

/** A decoder in one session. */
export class CausalModel {
  readonly architecture: string;
  readonly sizes: DecoderSizes;
  /** Modules with LoRA inputs. */
  readonly modules: ReadonlyMap<string, LinearShape>;
  /** The cache before any token: one row without slots. */
  readonly emptyCache: Cache;
  readonly #session: Session;
  readonly #cacheNames: readonly CacheNames[];
  readonly #positionFeeds: PositionFeeds;
  /** Whether the graph asks where tokens stand. */
  readonly #hasPositions: boolean;

  private constructor({ architecture, sizes, modules, tables, graph }: DecoderGraph, session: Session) {
    this.architecture = architecture;
    this.sizes = sizes;
    this.modules = modules;
    this.#session = session;
    this.#positionFeeds = new PositionFeeds(tables);
    this.#hasPositions = graph.inputs.some(({ name }) => name === INPUT.positions);
    const tensors: Record<string, Feeds[string]> = {};
    this.#cacheNames = cacheNames(sizes.layers);
    for (const { past } of this.#cacheNames) {
      tensors[past] = float32Tensor(new Float32Array(0), [1, sizes.kvHeads, 0, sizes.headDim]);
    }
    this.emptyCache = { rows: 1, slots: 0, lengths: [0], mask: new WholeNumbers(0), tensors };
  }

  /**
   * Builds the graph of the folder's model and loads it; weights are read in place.
   *
   * @throws OminusError `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `FILE_NOT_FOUND`, `DEVICE_UNAVAILABLE`, `OUT_OF_MEMORY`
   */
  static async load(folder: string, runtime: Runtime): Promise<CausalModel> {
    const { config: json, root, weights } = await openCheckpoint(folder);
    const decoder = buildDecoder(json, weights);
    return new CausalModel(decoder, await runtime.open(decoder.bytes, 'MODEL_INVALID', root));
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  /** Runs the new tokens of every row through the network. */
  async step(step: Step): Promise<StepResult> {
    const { cache, parents, tokens, wanted } = step;
    const batch = tokens.length;
    const width = Math.max(...tokens.map((row) => row.length));
    const total = cache.slots + width;
    const ids = new WholeNumbers(batch * width);
    const positions = new WholeNumbers(batch * width);
    const mask = new WholeNumbers(batch * total);
    const lengths: number[] = [];
    for (const [b, row] of tokens.entries()) {
      const parent = parents[b] ?? 0;
      const before = cache.lengths[parent] ?? 0;
      mask.copy(cache.mask, parent * cache.slots, (parent + 1) * cache.slots, b * total);
      for (const [place, token] of row.entries()) {
        ids.set(b * width + place, token);
        positions.set(b * width + place, before + place);
        mask.set(b * total + cache.slots + place, 1);
      }
      lengths.push(before + row.length);
    }
    // The graph wants at least one row for its head; a caller that wants none gets the first and ignores it.
    const asked = wanted.length > 0 ? wanted : [{ row: 0, place: 0, target: 0 }];
    // The adapter's many inputs are inherited: copying them into every step's would take longer than all else here.
    const feeds: Feeds = Object.assign(
      Object.create(step.adapter) as object,
      cache.tensors,
      this.#positionFeeds.upTo(Math.max(...lengths)),
      {
        [INPUT.ids]: int64Tensor(ids, [batch, width]),
        ...(this.#hasPositions ? { [INPUT.positions]: int64Tensor(positions, [batch, width]) } : {}),
        [INPUT.mask]: int64Tensor(mask, [batch, total]),
        [INPUT.pastRows]: int64Tensor(WholeNumbers.of(parents), [batch]),
        [INPUT.logitRows]: int64Tensor(WholeNumbers.of(asked.map(({ row, place }) => row * width + place)), [
          asked.length,
        ]),
        [INPUT.targets]: int64Tensor(WholeNumbers.of(asked.map(({ target }) => target)), [asked.length]),
      },
    );
    const names = this.#cacheNames;
    const fetched: string[] = step.fetch.map((name) => OUTPUT[name]);
    const kept = step.keepCache ? names.map(({ present }) => present) : [];
    const out = await this.#session.run(feeds, [...fetched, ...kept]);
    const has = (name: keyof typeof OUTPUT): boolean => step.fetch.includes(name);
    const tensors: Record<string, Feeds[string]> = {};
    for (const { past, present } of step.keepCache ? names : []) {
      const tensor = out[present];
      if (tensor !== undefined) {
        tensors[past] = tensor;
      }
    }
    return {
      logits: has('logits') ? float32Data(out, OUTPUT.logits) : NO_VALUES,
      logProbs: has('logProbs') ? float32Data(out, OUTPUT.logProbs) : NO_VALUES,
      argmax: has('argmax') ? int64Data(out, OUTPUT.argmax) : [],
      cache: { rows: batch, slots: total, lengths, mask, tensors },
    };
  }
}
