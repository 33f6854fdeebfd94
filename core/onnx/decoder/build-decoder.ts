/** The whole graph of a decoder. */
import { quoted } from '../../foreign-text.js';
import { findFamily } from '../families/registry.js';
import { GraphBuilder, type Graph, type WeightLocation } from '../graph-builder.js';
import { ConfigReader, unsupported } from './config-reader.js';
import type { PositionTables, Positions } from './decoder.js';
import { buildFrame } from './frame.js';
import { presentName } from './names.js';
import type { KeyValue, LinearShape, Scope } from './scope.js';
import type { DecoderSizes } from './sizes.js';

/** A graph and what its user must know. */
export interface DecoderGraph {
  /** Name of the family. */
  readonly architecture: string;
  /** An ONNX model whose weights are external data. */
  readonly bytes: Uint8Array;
  /** The same, to be read: its inputs are all that a session must be fed. */
  readonly graph: Graph;
  readonly sizes: DecoderSizes;
  /** Modules with LoRA inputs, by path. */
  readonly modules: ReadonlyMap<string, LinearShape>;
  /** Inputs that follow from positions alone; undefined where the family has none. */
  readonly tables: PositionTables | undefined;
}

/**
 * Builds the graph in memory; no weight is read.
 *
 * @param json - parsed config.json, unchecked
 * @param weights - where every tensor of the checkpoint is
 * @throws OminusError `MODEL_INVALID` when they do not fit each other, `MODEL_UNSUPPORTED` for what the graphs cannot do
 */
export function buildDecoder(
  json: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, WeightLocation>,
): DecoderGraph {
  const reader = new ConfigReader(json);
  const family = findFamily(reader);
  const decoder = family.describe(reader);
  const { sizes, positions } = decoder;
  const g = new GraphBuilder(weights);
  const scope: Scope = { g, sizes, modules: new Map() };
  const frame = buildFrame(scope, positions);
  let rows = decoder.embedding(scope, frame);
  rows = frame.positions.embed?.(rows) ?? rows;
  const cache: KeyValue[] = [];
  for (let index = 0; index < sizes.layers; index++) {
    const layer = decoder.residual(scope, frame, decoder.layer(index), rows);
    rows = layer.rows;
    cache.push(layer);
  }
  decoder.head(scope, rows);
  const shape = ['batch', sizes.kvHeads, 'total', sizes.headDim];
  for (const [index, layer] of cache.entries()) {
    g.output(presentName(index, 'key'), layer.key, 'float32', shape);
    g.output(presentName(index, 'value'), layer.value, 'float32', shape);
  }
  refuseUnused(g, positions);
  const { name } = family;
  return {
    architecture: name,
    bytes: g.encode(name),
    graph: g,
    sizes,
    modules: scope.modules,
    tables: positions?.tables,
  };
}

/** A weight that the graph has no place for means another network than the one that was trained. */
function refuseUnused(g: GraphBuilder, positions: Positions | undefined): void {
  const unused = g.unusedWeights().filter((name) => positions?.computed?.test(name) !== true);
  const [first] = unused;
  if (first !== undefined) {
    throw unsupported(
      `its checkpoint has ${String(unused.length)} tensors that the graph does not use, the first is [name=${quoted(first)}]`,
      'Use a checkpoint of the plain architecture, without extra heads, adapters or quantization.',
    );
  }
}
