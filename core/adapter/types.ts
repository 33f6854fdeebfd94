/** What an adapter folder says, once config and tensors have been checked against each other. */
import type { TensorInfo } from '../safetensors/header.js';
import type { FloatDtype } from '../numeric/dtype.js';

/** A float tensor of an adapter file. */
export interface FloatTensor extends TensorInfo {
  readonly dtype: FloatDtype;
}

/** One target module: ΔW = scaling · B · A. */
export interface LoraModule {
  /** Path in the base model, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly path: string;
  readonly rank: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** alpha / rank, or alpha / √rank with rsLoRA; alpha and rank after the patterns. */
  readonly scaling: number;
  /** `[rank, inFeatures]`, row-major. */
  readonly a: FloatTensor;
  /** `[outFeatures, rank]`, row-major. */
  readonly b: FloatTensor;
}

/** A checked LoRA adapter. */
export interface AdapterDescription {
  readonly baseModel: string | undefined;
  readonly revision: string | undefined;
  readonly taskType: string | undefined;
  /** PEFT's mark for base layers that keep their weight transposed (Conv1D); the algebra is the same. */
  readonly fanInFanOut: boolean;
  /** Scaling of a module that no pattern names. */
  readonly defaultScaling: number;
  /** By path, in code-unit order. */
  readonly modules: ReadonlyMap<string, LoraModule>;
  /** Names in `modules_to_save`, and the tensors that belong to them, in code-unit order. */
  readonly modulesToSave: readonly string[];
  readonly savedTensors: readonly TensorInfo[];
  /** Whether saved tensors of modules that share a weight are one tensor for peft. */
  readonly ensureWeightTying: boolean;
  /** What is doubtful but has one meaning; one line each. */
  readonly warnings: readonly string[];
}
