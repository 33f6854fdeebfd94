/** The graph of a decoder: which operators, which inputs. What it computes is tested in test/io/model/golden-models.test.ts. */
import { describe, expect, it } from 'vitest';
import { buildDecoder } from '../../../core/onnx/decoder/build-decoder.js';
import type { WeightLocation } from '../../../core/onnx/graph-builder.js';
import { decodeModel, type ReadNode } from './onnx-schema.js';

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
function weights(): Map<string, WeightLocation> {
  const shapes: Record<string, number[]> = { 'model.embed_tokens.weight': [11, 8], 'model.norm.weight': [8] };
  for (const layer of ['model.layers.0', 'model.layers.1']) {
    Object.assign(shapes, {
      [`${layer}.input_layernorm.weight`]: [8],
      [`${layer}.post_attention_layernorm.weight`]: [8],
      [`${layer}.self_attn.q_proj.weight`]: [8, 8],
      [`${layer}.self_attn.k_proj.weight`]: [4, 8],
      [`${layer}.self_attn.v_proj.weight`]: [4, 8],
      [`${layer}.self_attn.o_proj.weight`]: [8, 8],
      [`${layer}.mlp.gate_proj.weight`]: [12, 8],
      [`${layer}.mlp.up_proj.weight`]: [12, 8],
      [`${layer}.mlp.down_proj.weight`]: [8, 12],
    });
  }
  let offset = 5e9;
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const length = 4 * shape.reduce((a, b) => a * b);
      offset += length;
      return [name, { type: 'float32', shape, location: 'model.safetensors', offset, length }];
    }),
  );
}

/** Those a training graph can be differentiated through, with a rule each. */
const DIFFERENTIABLE =
  'Identity Neg Abs Add Sub Mul Exp Reciprocal Sigmoid Softmax LogSoftmax ReduceSum SimplifiedLayerNormalization Gemm MatMul Transpose Reshape Squeeze Unsqueeze Split Concat Gather GatherElements'.split(
    ' ',
  );
/** Operators that only see ids, masks and shapes. */
const INTEGER_SIDE = 'Shape Range Sub LessOrEqual And Where Cast ArgMax'.split(' ');

describe('buildDecoder', () => {
  const graph = buildDecoder(CONFIG, weights());
  const read = decodeModel(graph.bytes)['graph'] as {
    readonly node: readonly ReadNode[];
    readonly input: readonly { readonly name: string }[];
    readonly initializer: readonly {
      readonly name: string;
      readonly external_data?: readonly { key: string; value: string }[];
    }[];
  };

  it('keeps to operators that can be differentiated between the adapters and the log-probabilities', () => {
    const reached = new Set(read.input.map(({ name }) => name).filter((name) => name.includes('.lora_')));
    expect(reached.size).toBe(30);
    const used = new Set<string>();
    for (const { op_type, input = [], output } of read.node) {
      if (input.some((name) => reached.has(name))) {
        output.forEach((name) => reached.add(name));
        used.add(op_type);
      }
    }
    expect(reached.has('target_log_probs')).toBe(true);
    used.delete('ArgMax'); // a leaf of the graph: nothing is differentiated through it
    expect([...used].filter((op) => !DIFFERENTIABLE.includes(op))).toEqual([]);
    const all = new Set(read.node.map(({ op_type }) => op_type));
    expect([...all].filter((op) => !DIFFERENTIABLE.includes(op) && !INTEGER_SIDE.includes(op))).toEqual([]);
  });

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
    expect(() => buildDecoder(CONFIG, old)).toThrow(/1 tensors that the graph does not use, first \[name=.*q_norm/);
  });
});
