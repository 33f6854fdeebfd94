/** The whole graph of a decoder. */
import { GraphBuilder, type WeightLocation } from '../graph-builder.js';
import { findArchitecture } from '../architectures/registry.js';
import { ConfigReader, unsupported } from './config-reader.js';
import type { DecoderConfig } from './config.js';
import type { KeyValue, LinearShape, Scope } from './scope.js';
import { buildFrame, presentName } from './frame.js';
import { EMBEDDING, vocabularyHead } from './head.js';

/** A graph and what its user must know. */
export interface DecoderGraph {
  readonly architecture: string;
  /** An ONNX model whose weights are external data. */
  readonly bytes: Uint8Array;
  readonly config: DecoderConfig;
  /** Modules with LoRA inputs, by path. */
  readonly modules: ReadonlyMap<string, LinearShape>;
}

/** Left over in old checkpoints: buffers that are computed, not learnt. */
const COMPUTED_BUFFER = /\.rotary_emb\.inv_freq$/;

/**
 * Builds the graph in memory; no weight is read.
 *
 * @param json - parsed config.json, unchecked
 * @param weights - where every tensor of the checkpoint lies
 * @throws OminusError `MODEL_INVALID` when they do not fit each other, `MODEL_UNSUPPORTED` for what the graphs cannot do
 */
export function buildDecoder(
  json: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, WeightLocation>,
): DecoderGraph {
  const reader = new ConfigReader(json);
  const architecture = findArchitecture(reader);
  const config = architecture.readConfig(reader);
  const g = new GraphBuilder(weights);
  const scope: Scope = { g, config, modules: new Map() };
  const frame = buildFrame(scope);
  let rows = g.op('Gather', [g.weight(EMBEDDING, [config.vocabSize, config.hiddenSize]), frame.flatIds]);
  const cache: KeyValue[] = [];
  for (let index = 0; index < config.layers; index++) {
    const layer = architecture.buildLayer(scope, frame, rows, index);
    rows = layer.rows;
    cache.push(layer);
  }
  vocabularyHead(scope, rows);
  const shape = ['batch', config.kvHeads, 'total', config.headDim];
  for (const [index, layer] of cache.entries()) {
    g.output(presentName(index, 'key'), layer.key, 'float32', shape);
    g.output(presentName(index, 'value'), layer.value, 'float32', shape);
  }
  refuseUnused(g);
  return { architecture: architecture.name, bytes: g.encode(architecture.name), config, modules: scope.modules };
}

/** A weight that the graph has no place for means another network than the one that was trained. */
function refuseUnused(g: GraphBuilder): void {
  const unused = g.unusedWeights().filter((name) => !COMPUTED_BUFFER.test(name));
  const [first] = unused;
  if (first !== undefined) {
    throw unsupported(
      `its checkpoint has ${String(unused.length)} tensors that the graph does not use, first [name=${first}]`,
      'Use a checkpoint of the plain architecture, without extra heads, adapters or quantization.',
    );
  }
}
