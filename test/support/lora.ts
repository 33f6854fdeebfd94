/** Small LoRA factors and adapter folders, deterministic by seed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleGram, type LoraFactors } from '../../core/algebra/gram.js';
import type { Gram } from '../../core/algebra/types.js';
import { type Digest, digestOf } from '../../core/digest.js';
import { type FloatDtype } from '../../core/numeric/dtype.js';
import { encodeFloats } from '../../core/numeric/tensor-bytes.js';
import { encodeSafetensors, type TensorBytes } from '../../core/safetensors/codec.js';

/** Numbers from −1 to 1. */
export function random(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export interface FactorShape {
  readonly rows: number;
  readonly width: number;
  readonly rank: number;
  readonly scaling?: number;
}

export function randomFactors(seed: number, { rows, width, rank, scaling = 1 }: FactorShape): LoraFactors {
  const next = random(seed);
  return {
    rank,
    scaling,
    a: new Float32Array(rank * width).map(next),
    b: new Float32Array(rows * rank).map(next),
  };
}

/** A Gram over named leaves; `undefined` for a leaf that lacks the module. */
export function gramOf(
  modules: Readonly<Record<string, readonly (LoraFactors | undefined)[]>>,
  names: readonly string[],
): Gram {
  return {
    leaves: names.map(leaf),
    modules: new Map(Object.entries(modules).map(([path, factors]) => [path, moduleGram(factors).values])),
    leafModules: new Map(
      Object.entries(modules).map(([path, factors]) => [
        path,
        factors.map((factor) => ({ rank: factor?.rank ?? 0, operandFactor: 1 })),
      ]),
    ),
  };
}

/** The digest that stands for a named leaf in tests without files. */
export function leaf(name: string): Digest {
  return digestOf(name);
}

/** An adapter folder to be written; `config` overrides or adds keys. */
export interface AdapterToWrite {
  readonly modules: Readonly<Record<string, LoraFactors>>;
  readonly dtype?: FloatDtype;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly extra?: Readonly<Record<string, TensorBytes>>;
}

/** Tensors and config as peft would save them; `r` and `lora_alpha` are those of the first module. */
export function adapterFiles({ modules, dtype = 'F32', config = {}, extra = {} }: AdapterToWrite): {
  readonly tensors: Map<string, TensorBytes>;
  readonly config: Record<string, unknown>;
} {
  const tensors = new Map<string, TensorBytes>(Object.entries(extra));
  for (const [path, { rank, a, b }] of Object.entries(modules)) {
    tensors.set(`base_model.model.${path}.lora_A.weight`, {
      dtype,
      shape: [rank, a.length / rank],
      bytes: encodeFloats(a, dtype),
    });
    tensors.set(`base_model.model.${path}.lora_B.weight`, {
      dtype,
      shape: [b.length / rank, rank],
      bytes: encodeFloats(b, dtype),
    });
  }
  const [first] = Object.values(modules);
  const rank = first?.rank ?? 1;
  return {
    tensors,
    config: {
      peft_type: 'LORA',
      base_model_name_or_path: 'base',
      r: rank,
      lora_alpha: rank * (first?.scaling ?? 1),
      target_modules: Object.keys(modules),
      ...config,
    },
  };
}

/** Writes an adapter folder. */
export async function writeAdapterFolder(folder: string, adapter: AdapterToWrite): Promise<string> {
  const { tensors, config } = adapterFiles(adapter);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config));
  await writeFile(
    join(folder, 'adapter_model.safetensors'),
    encodeSafetensors({ tensors, metadata: new Map([['format', 'pt']]) }),
  );
  return folder;
}
