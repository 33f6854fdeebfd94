/** The graph of a decoder. What holds for every family is in families.test.ts. What it computes is tested in test/io/model/golden-models.test.ts. */
import { describe, expect, it } from 'vitest';
import { buildDecoder } from '../../../core/onnx/decoder/build-decoder.js';
import type { WeightLocation } from '../../../core/onnx/graph-builder.js';
import { decodeModel } from './onnx-schema.js';
import { llamaShapes, placeWeights } from './synthetic-weights.js';

const CONFIG = {
  architectures: ['LlamaForCausalLM'],
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 11,
  max_position_embeddings: 32,
  tie_word_embeddings: true,
  hidden_act: 'gelu_new',
};

/** A checkpoint of the right shapes, larger than 4 GiB as far as the offsets say. */
const weights = (): Map<string, WeightLocation> => placeWeights(llamaShapes(CONFIG, {}), 'float32', 5e9);

describe('buildDecoder', () => {
  const graph = buildDecoder(CONFIG, weights());
  const read = decodeModel(graph.bytes)['graph'] as {
    readonly initializer: readonly {
      readonly name: string;
      readonly external_data?: readonly { key: string; value: string }[];
    }[];
  };

  it('points every weight into its file, holds none of it, and is small', () => {
    const external = read.initializer.filter(({ external_data }) => external_data !== undefined);
    expect(external.map(({ name }) => name).toSorted()).toEqual([...weights().keys()].toSorted());
    for (const { name, external_data = [] } of external) {
      const { location, offset, length } = Object.fromEntries(external_data.map(({ key, value }) => [key, value]));
      const stored = weights().get(name);
      expect([location, Number(offset), Number(length)]).toEqual([stored?.location, stored?.offset, stored?.length]);
    }
    expect(graph.bytes.length).toBeLessThan(40_000);
  });

  it('has LoRA inputs for every linear module of the layers and for the head, and tells their shapes', () => {
    expect(graph.modules.size).toBe(15);
    expect(graph.modules.get('model.layers.1.self_attn.k_proj')).toEqual({ in: 8, out: 4 });
    expect(graph.modules.get('model.layers.0.mlp.down_proj')).toEqual({ in: 12, out: 8 });
    expect(graph.modules.get('lm_head')).toEqual({ in: 8, out: 11 });
    expect([...graph.modules.keys()].some((name) => name.includes('embed'))).toBe(false);
  });

  it('gives the same bytes for the same model', () => {
    expect(buildDecoder(CONFIG, weights()).bytes).toEqual(graph.bytes);
  });

  it('ignores the computed rotary buffers of old checkpoints, and nothing else', () => {
    const old = weights();
    const buffer = { type: 'float32', shape: [2], location: 'model.safetensors', offset: 8, length: 8 } as const;
    old.set('model.layers.0.self_attn.rotary_emb.inv_freq', buffer);
    expect(buildDecoder(CONFIG, old).bytes).toEqual(graph.bytes);
    old.set('model.layers.0.self_attn.q_norm.weight', buffer);
    expect(() => buildDecoder(CONFIG, old)).toThrow(
      /1 tensors that the graph does not use, the first is \[name=.*q_norm/,
    );
  });
});
