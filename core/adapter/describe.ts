/** Config and tensors of one adapter, held against each other: every tensor is accounted for, every pair complete. */
import { shapeText } from '../foreign-text.js';
import type { SafetensorsHeader, TensorInfo } from '../safetensors/header.js';
import { isFloatDtype } from '../numeric/dtype.js';
import type { LoraConfig } from './config.js';
import { adapterInvalid } from './config-fields.js';
import { PatternTable } from './pattern.js';
import { checkTargets } from './targets.js';
import type { AdapterDescription, FloatTensor, LoraModule } from './types.js';
import { adapterUnsupported } from './unsupported.js';

/** What peft puts before the base model's own paths. */
export const TENSOR_PREFIX = 'base_model.model.';
const SUFFIX_A = '.lora_A.weight';
const SUFFIX_B = '.lora_B.weight';

/** Longest tensor name that is read: it bounds the work of matching patterns (see pattern.ts). */
const MAX_NAME_CHARACTERS = 512;

/** Endings of tensors that belong to other kinds of adapters, with what they mean. */
const UNSUPPORTED_TENSORS: readonly (readonly [RegExp, string])[] = [
  [/\.lora_embedding_[AB]$/, 'LoRA on an embedding'],
  [/\.lora_magnitude_vector(\.weight)?$/, 'DoRA magnitudes'],
  [/\.lora_B\.bias$/, 'lora_bias (a bias on lora_B)'],
  [/\.(ia3_l|hada_w\d.*|lokr_.*|oft_.*|vera_.*|lora_diag.*)$/, 'tensors of another adapter type'],
];

interface Pair {
  a?: TensorInfo;
  b?: TensorInfo;
}

/**
 * Checks an adapter as a whole.
 *
 * @param file - name for messages
 * @throws OminusError `ADAPTER_INVALID` (missing partner, unknown tensor, wrong shape, rank other than the config's, a module
 *   that `target_modules` does not name), `ADAPTER_UNSUPPORTED` (by name)
 */
export function describeAdapter(file: string, config: LoraConfig, header: SafetensorsHeader): AdapterDescription {
  const { pairs, saved } = sortTensors(file, config, header);
  if (pairs.size === 0) {
    throw adapterInvalid(file, 'no lora_A and lora_B tensors in the file');
  }
  const ranks = new PatternTable(file, 'rank_pattern', config.rankPattern);
  const alphas = new PatternTable(file, 'alpha_pattern', config.alphaPattern);
  const modules = new Map<string, LoraModule>();
  for (const path of [...pairs.keys()].sort()) {
    const rank = ranks.get(path, config.rank);
    const scaling = scalingOf(config, alphas.get(path, config.alpha), rank);
    modules.set(path, buildModule(file, path, pairs.get(path) ?? {}, rank, scaling));
  }
  const warnings = [
    ...config.warnings,
    ...checkTargets(file, config, [...modules.keys()]),
    ...ranks.unused().map((key) => `rank_pattern key "${key}" matches no module [file=${file}]`),
    ...alphas.unused().map((key) => `alpha_pattern key "${key}" matches no module [file=${file}]`),
  ];
  return {
    baseModel: config.baseModel,
    revision: config.revision,
    taskType: config.taskType,
    fanInFanOut: config.fanInFanOut,
    defaultScaling: scalingOf(config, config.alpha, config.rank),
    modules,
    modulesToSave: config.modulesToSave,
    savedTensors: saved,
    ensureWeightTying: config.ensureWeightTying && saved.length > 0,
    warnings,
  };
}

function scalingOf(config: LoraConfig, alpha: number, rank: number): number {
  return config.usesRslora ? alpha / Math.sqrt(rank) : alpha / rank;
}

/** Sorts tensors into LoRA pairs by module path and tensors of `modules_to_save`. */
function sortTensors(
  file: string,
  config: LoraConfig,
  header: SafetensorsHeader,
): { readonly pairs: ReadonlyMap<string, Pair>; readonly saved: readonly TensorInfo[] } {
  const pairs = new Map<string, Pair>();
  const saved: TensorInfo[] = [];
  for (const tensor of header.tensors.values()) {
    const { name } = tensor;
    refuseOtherKinds(file, name);
    refuseBias(file, config, name);
    const suffix = name.endsWith(SUFFIX_A) ? SUFFIX_A : name.endsWith(SUFFIX_B) ? SUFFIX_B : undefined;
    if (name.length > MAX_NAME_CHARACTERS) {
      throw adapterInvalid(file, `a tensor name has ${String(name.length)} characters: "${name.slice(0, 80)}..."`);
    }
    const path = name.slice(TENSOR_PREFIX.length, suffix === undefined ? undefined : -suffix.length);
    if (!name.startsWith(TENSOR_PREFIX) || path === '') {
      throw adapterInvalid(file, `tensor "${name}", expected names of the form ${TENSOR_PREFIX}<module>${SUFFIX_A}`);
    }
    if (suffix !== undefined) {
      const pair = pairs.get(path) ?? {};
      pairs.set(path, { ...pair, [suffix === SUFFIX_A ? 'a' : 'b']: tensor });
      continue;
    }
    // Tied to a saved module, an embedding or head is saved with it, under its own name.
    const isTied = config.ensureWeightTying && config.modulesToSave.length > 0 && WHOLE_EMBEDDING.test(name);
    if (!isTied && !config.modulesToSave.some((module) => isInside(path, module))) {
      throw unknownTensor(file, header, name);
    }
    refuseEmpty(file, tensor);
    saved.push(tensor);
  }
  // One is enough: for classifiers peft adds both "classifier" and "score" by itself, and the model has only one.
  if (config.modulesToSave.length > 0 && saved.length === 0) {
    const names = config.modulesToSave.join(', ');
    throw adapterInvalid(file, `modules_to_save names ${names}, but the file has none of their tensors`);
  }
  return { pairs, saved: saved.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** @throws OminusError `ADAPTER_UNSUPPORTED` for a tensor of another kind of adapter */
function refuseOtherKinds(file: string, name: string): void {
  const unsupported = UNSUPPORTED_TENSORS.find(([ending]) => ending.test(name));
  if (unsupported !== undefined) {
    throw adapterUnsupported(file, `tensor "${name}": ${unsupported[1]}`, 'Use an adapter trained as plain LoRA.');
  }
}

/**
 * Biases are refused before anything else that is odd about them: with `bias: lora_only` peft saves those of base layers under names
 * that copies of base weights have, too.
 *
 * @throws OminusError `ADAPTER_UNSUPPORTED` for a trained bias
 */
function refuseBias(file: string, { bias, modulesToSave }: LoraConfig, name: string): void {
  const path = name.slice(TENSOR_PREFIX.length);
  if (bias !== 'none' && name.endsWith('.bias') && !modulesToSave.some((module) => isInside(path, module))) {
    throw adapterUnsupported(
      file,
      `trained bias "${name}" (bias: ${bias})`,
      'Use an adapter trained with bias "none": sums of LoRA factors cannot carry biases.',
    );
  }
}

/** @throws OminusError `ADAPTER_INVALID` for a tensor without elements */
function refuseEmpty(file: string, { name, shape }: TensorInfo): void {
  if (shape.includes(0)) {
    throw adapterInvalid(
      file,
      `tensor "${name}" is [${shapeText(shape)}]: it has no elements, as DeepSpeed ZeRO-3 leaves the part of one process`,
      'Save the adapter again with all parameters gathered (stage3_gather_16bit_weights_on_model_save: true).',
    );
  }
}

/**
 * Whether a parameter's path is in a module of `modules_to_save`. A name stands for every module whose path ends with it, be it in the
 * middle of a word: `norm` is `input_layernorm`, too (peft 0.21.2, utils/other.py, _set_trainable).
 */
function isInside(path: string, module: string): boolean {
  return module !== '' && path.includes(`${module}.`);
}

/** What peft saves of an embedding or head beside LoRA factors (peft 0.21.2, utils/save_and_load.py, save_embedding_layers). */
const BASE_LAYER = /\.base_layer\.(weight|bias)$/;
const WHOLE_EMBEDDING = /\.(embed_tokens|lm_head)\.(weight|bias)$/;

function unknownTensor(file: string, header: SafetensorsHeader, name: string): Error {
  if (BASE_LAYER.test(name)) {
    const module = name.replace(BASE_LAYER, '');
    [...header.tensors.keys()]
      .filter((other) => other.startsWith(`${module}.`))
      .forEach((other) => {
        refuseOtherKinds(file, other); // saving LoRA on an embedding without this tensor would not help
      });
    return adapterUnsupported(
      file,
      `tensor "${name}": a copy of the base model's weights next to the LoRA factors`,
      'Save the adapter again with save_pretrained(..., save_embedding_layers=False) of peft.',
    );
  }
  if (/\.lora_[AB]\.[^.]+\.weight$/.test(name)) {
    return adapterInvalid(
      file,
      `tensor "${name}" has the name of an adapter inside its own name (peft would ignore it)`,
      'Save the adapter with save_pretrained of peft instead of the state dict of the model.',
    );
  }
  if (WHOLE_EMBEDDING.test(name)) {
    return adapterUnsupported(
      file,
      `tensor "${name}": a whole embedding or head, which modules_to_save does not name`,
      'Save the adapter again with save_pretrained(..., save_embedding_layers=False) of peft, unless the vocabulary was resized.',
    );
  }
  return adapterInvalid(file, `tensor "${name}" belongs to no LoRA pair and to no module of modules_to_save`);
}

function buildModule(file: string, path: string, pair: Pair, rank: number, scaling: number): LoraModule {
  if (pair.a === undefined || pair.b === undefined) {
    const missing = pair.a === undefined ? 'lora_A' : 'lora_B';
    throw adapterInvalid(file, `module ${path} has no ${missing}.weight`);
  }
  const a = floatMatrix(file, pair.a);
  const b = floatMatrix(file, pair.b);
  const [rankA = 0, inFeatures = 0] = a.shape;
  const [outFeatures = 0, rankB = 0] = b.shape;
  if (rankA !== rankB) {
    throw adapterInvalid(
      file,
      `module ${path}: lora_A is [${shapeText(a.shape)}] and lora_B is [${shapeText(b.shape)}], expected one rank`,
    );
  }
  if (rankA !== rank) {
    throw adapterInvalid(
      file,
      `module ${path}: its tensors have rank ${String(rankA)}, but the config says ${String(rank)}`,
      'Correct r or rank_pattern in adapter_config.json.',
    );
  }
  if (!Number.isFinite(scaling)) {
    throw adapterInvalid(file, `module ${path}: scaling is ${String(scaling)}, expected a finite number`);
  }
  return { path, rank, inFeatures, outFeatures, scaling, a, b };
}

function floatMatrix(file: string, tensor: TensorInfo): FloatTensor {
  const { name, dtype, shape } = tensor;
  if (shape.length === 4 || shape.length === 3 || shape.length === 5) {
    throw adapterUnsupported(
      file,
      `tensor "${name}" is [${shapeText(shape)}]: LoRA on a convolution`,
      'Use LoRA on linear modules.',
    );
  }
  refuseEmpty(file, tensor);
  if (shape.length !== 2) {
    throw adapterInvalid(file, `tensor "${name}" is [${shapeText(shape)}], expected two dimensions`);
  }
  if (!isFloatDtype(dtype)) {
    throw adapterUnsupported(
      file,
      `tensor "${name}" has dtype ${dtype}, expected F32, F16 or BF16`,
      'Save the adapter in float32, float16 or bfloat16.',
    );
  }
  return { ...tensor, dtype };
}
