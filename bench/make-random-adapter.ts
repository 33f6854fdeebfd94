/** Random LoRA adapters of a given shape, in float16, deterministic by seed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { narrowToFloat16 } from '../core/numeric/half.js';
import { createSafetensors } from '../io/safetensors/writer.js';

/** A target module: rows and columns of its weight. */
export interface ModuleShape {
  readonly path: string;
  readonly out: number;
  readonly in: number;
}

/** Modules of LLaMA-7B: attention 4096 × 4096, MLP 11008. */
export function llama7b(targets: readonly string[], layers = 32, width = 4096, hidden = 11008): readonly ModuleShape[] {
  const shapes = new Map<string, readonly [string, number, number]>([
    ...['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name) => [name, ['self_attn', width, width]] as const),
    ...['gate_proj', 'up_proj'].map((name) => [name, ['mlp', hidden, width]] as const),
    ['down_proj', ['mlp', width, hidden]] as const,
  ]);
  return Array.from({ length: layers }, (_, layer) =>
    targets.map((target) => {
      const [block, out, input] = shapes.get(target) ?? ['self_attn', width, width];
      return { path: `model.layers.${String(layer)}.${block}.${target}`, out, in: input };
    }),
  ).flat();
}

/** Writes one adapter folder. */
export async function makeRandomAdapter(
  folder: string,
  modules: readonly ModuleShape[],
  options: { readonly rank: number; readonly seed: number },
): Promise<void> {
  const { rank, seed } = options;
  await mkdir(folder, { recursive: true });
  const tensors = modules.flatMap(({ path, out, in: width }) => [
    { name: `base_model.model.${path}.lora_A.weight`, dtype: 'F16' as const, shape: [rank, width] },
    { name: `base_model.model.${path}.lora_B.weight`, dtype: 'F16' as const, shape: [out, rank] },
  ]);
  const writer = await createSafetensors(join(folder, 'adapter_model.safetensors'), tensors);
  const random = uniform(seed);
  for (const { name, shape } of tensors) {
    const values = new Float32Array((shape[0] ?? 0) * (shape[1] ?? 0)).map(() => (random() - 0.5) * 0.04);
    const halves = new Uint16Array(values.length);
    narrowToFloat16(values, halves);
    await writer.write(name, new Uint8Array(halves.buffer));
  }
  await writer.commit();
  const config = { peft_type: 'LORA', r: rank, lora_alpha: 2 * rank, target_modules: modules.map(({ path }) => path) };
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config));
}

/** Uniform numbers from 0 to 1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
