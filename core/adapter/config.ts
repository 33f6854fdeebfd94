/** adapter_config.json of a plain LoRA adapter, as values. */
import { ConfigFields, parseConfigObject } from './config-fields.js';
import { refuseUnsupported } from './unsupported.js';

/** Largest rank that is read; beyond the widest models' features a rank has no use and would only exhaust memory. */
export const MAX_RANK = 65_536;

/** peft's defaults for absent keys. */
const DEFAULT_RANK = 8;
const DEFAULT_ALPHA = 8;

/** The fields that decide what the tensors mean. */
export interface LoraConfig {
  readonly baseModel: string | undefined;
  readonly revision: string | undefined;
  readonly taskType: string | undefined;
  readonly rank: number;
  readonly alpha: number;
  readonly usesRslora: boolean;
  readonly fanInFanOut: boolean;
  /** In the order of the file: the first matching key decides. */
  readonly rankPattern: ReadonlyMap<string, number>;
  readonly alphaPattern: ReadonlyMap<string, number>;
  /** Names or paths of modules; a string is a regular expression or `all-linear`. */
  readonly targetModules: readonly string[] | string | undefined;
  /** Names or paths, or a regular expression, of modules that are no targets. */
  readonly excludeModules: readonly string[] | string | undefined;
  /** Layers whose modules are targets; undefined for all. */
  readonly layersToTransform: readonly number[] | undefined;
  /** What holds the layers: `layers` or `h`. */
  readonly layersPattern: readonly string[];
  readonly modulesToSave: readonly string[];
  /** Whether modules that share a weight in the base model share one trained copy of it. */
  readonly ensureWeightTying: boolean;
  readonly bias: string;
  readonly warnings: readonly string[];
}

/**
 * Reads a config.
 *
 * @param file - name for messages
 * @throws OminusError `ADAPTER_INVALID` for a wrong type or value, `ADAPTER_UNSUPPORTED` for anything but plain LoRA
 */
export function parseLoraConfig(file: string, text: string): LoraConfig {
  const root = parseConfigObject(file, text);
  const warnings = refuseUnsupported(file, root);
  const fields = new ConfigFields(file, root);
  return {
    baseModel: fields.string('base_model_name_or_path'),
    revision: fields.string('revision'),
    taskType: fields.string('task_type'),
    rank: fields.positiveInteger('r', DEFAULT_RANK, MAX_RANK),
    alpha: fields.finite('lora_alpha', DEFAULT_ALPHA),
    usesRslora: fields.boolean('use_rslora'),
    fanInFanOut: fields.boolean('fan_in_fan_out'),
    rankPattern: fields.integers('rank_pattern', MAX_RANK),
    alphaPattern: fields.finites('alpha_pattern'),
    targetModules: fields.strings('target_modules'),
    excludeModules: fields.strings('exclude_modules'),
    layersToTransform: fields.wholeNumbers('layers_to_transform'),
    layersPattern: [fields.strings('layers_pattern') ?? []].flat(),
    modulesToSave: fields.stringList('modules_to_save'),
    ensureWeightTying: fields.boolean('ensure_weight_tying'),
    bias: fields.string('bias') ?? 'none',
    warnings,
  };
}
