/** Checkpoints that exist only as names, shapes and places: enough to build a graph. */
import type { WeightLocation } from '../../../core/onnx/graph-builder.js';

type Shapes = Readonly<Record<string, readonly number[]>>;
const BYTES = { float32: 4, float16: 2, bfloat16: 2 } as const;

/** Puts tensors one after another into one file, from byte `start` on. */
export function placeWeights(
  shapes: Shapes,
  type: WeightLocation['type'] = 'float32',
  start = 0,
): Map<string, WeightLocation> {
  let offset = start;
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const length = BYTES[type] * shape.reduce((a, b) => a * b, 1);
      const place = { type, shape, location: 'model.safetensors', offset, length };
      offset += length;
      return [name, place];
    }),
  );
}

/** Sizes of a Llama-shaped checkpoint, as config.json spells them. */
export interface LlamaSizes {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number;
  readonly head_dim?: number;
  readonly vocab_size: number;
}

/** Tensors of a Llama-shaped checkpoint: names and shapes as transformers saves them. */
export function llamaShapes(
  sizes: LlamaSizes,
  has: {
    readonly qkvBias?: boolean;
    readonly outputBias?: boolean;
    readonly mlpBias?: boolean;
    readonly head?: boolean;
  },
): Shapes {
  const { hidden_size: hidden, intermediate_size: wide, num_attention_heads: heads, vocab_size: vocab } = sizes;
  const headDim = sizes.head_dim ?? hidden / heads;
  const query = heads * headDim;
  const kv = (sizes.num_key_value_heads ?? heads) * headDim;
  const shapes: Record<string, readonly number[]> = {
    'model.embed_tokens.weight': [vocab, hidden],
    'model.norm.weight': [hidden],
    ...(has.head === true ? { 'lm_head.weight': [vocab, hidden] } : {}),
  };
  const linear = (module: string, out: number, from: number, bias: boolean | undefined): void => {
    shapes[`${module}.weight`] = [out, from];
    if (bias === true) {
      shapes[`${module}.bias`] = [out];
    }
  };
  for (let index = 0; index < sizes.num_hidden_layers; index++) {
    const layer = `model.layers.${String(index)}`;
    shapes[`${layer}.input_layernorm.weight`] = [hidden];
    shapes[`${layer}.post_attention_layernorm.weight`] = [hidden];
    linear(`${layer}.self_attn.q_proj`, query, hidden, has.qkvBias);
    linear(`${layer}.self_attn.k_proj`, kv, hidden, has.qkvBias);
    linear(`${layer}.self_attn.v_proj`, kv, hidden, has.qkvBias);
    linear(`${layer}.self_attn.o_proj`, hidden, query, has.outputBias);
    linear(`${layer}.mlp.gate_proj`, wide, hidden, has.mlpBias);
    linear(`${layer}.mlp.up_proj`, wide, hidden, has.mlpBias);
    linear(`${layer}.mlp.down_proj`, hidden, wide, has.mlpBias);
  }
  return shapes;
}
