/** Features of PEFT adapters that change what the factors mean and cannot be carried through the algebra exactly. */
import { OminusError } from '../errors.js';
import type { JsonObject, JsonValue } from '../json/parse-json.js';
import { isJsonObject } from '../json/parse-json.js';
import { oneLine } from './config-fields.js';

/** An adapter that is well-formed but not of a supported kind. */
export function adapterUnsupported(file: string, feature: string, hint: string): OminusError {
  return new OminusError('ADAPTER_UNSUPPORTED', {
    message: `cannot combine this adapter exactly [file=${file}]: ${oneLine(feature)}`,
    hint,
  });
}

/** Config keys that must be absent, null, false or empty, with what they mean. */
const UNSUPPORTED_KEYS: ReadonlyMap<string, string> = new Map([
  ['use_dora', 'DoRA (its magnitudes are not low-rank)'],
  ['lora_bias', 'lora_bias (a bias on lora_B)'],
  ['use_qalora', 'QA-LoRA (it pools the inputs of lora_A)'],
  ['use_bdlora', 'BD-LoRA (its factors are block-diagonal)'],
  ['layer_replication', 'layer_replication (it changes the layers of the base model)'],
  ['target_parameters', 'target_parameters (LoRA on bare parameters)'],
  ['trainable_token_indices', 'trainable_token_indices (trained rows of the embedding)'],
  ['alora_invocation_tokens', 'aLoRA (it is active only after its invocation tokens)'],
  ['arrow_config', 'Arrow (it routes between adapters)'],
  ['kasa_config', 'KaSA (it changes the base weights by a singular value decomposition)'],
  ['megatron_config', 'Megatron parallel layers'],
  ['velora_config', 'VeLoRA'],
  ['monteclora_config', 'MonteCLoRA (its factors are random variables)'],
]);

/**
 * Initialisations that subtract something from the base weights when peft loads the adapter, so that its factors are
 * relative to another base model.
 */
const BASE_CHANGING_INITS = ['pissa', 'olora', 'corda', 'loftq', 'lora_ga'];

/** Keys that plain LoRA has and that do not change what saved factors mean. */
const HARMLESS_KEYS = new Set(
  [
    'alpha_pattern auto_mapping base_model_name_or_path bias corda_config ensure_weight_tying eva_config exclude_modules',
    'fan_in_fan_out',
    'inference_mode init_lora_weights layers_pattern layers_to_transform loftq_config lora_alpha lora_dropout',
    'lora_ga_config megatron_core modules_to_save peft_type peft_version qalora_group_size r rank_pattern revision',
    'runtime_config target_modules task_type use_rslora',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Refuses every feature that is not plain LoRA, by name.
 *
 * @returns warnings about set keys that neither this program nor peft 0.21.2 knows (peft ignores them)
 * @throws OminusError `ADAPTER_UNSUPPORTED`
 */
export function refuseUnsupported(file: string, config: JsonObject): readonly string[] {
  const peftType = config.get('peft_type') ?? null;
  if (peftType !== 'LORA') {
    const got = typeof peftType === 'string' ? peftType : 'none';
    throw adapterUnsupported(file, `peft_type ${got}, only LORA is supported`, 'Use a LoRA adapter.');
  }
  for (const [key, meaning] of UNSUPPORTED_KEYS) {
    if (isSet(config.get(key))) {
      throw adapterUnsupported(file, `it uses ${meaning}`, 'Use an adapter trained as plain LoRA or rsLoRA.');
    }
  }
  const init = config.get('init_lora_weights');
  if (typeof init === 'string' && BASE_CHANGING_INITS.some((name) => init.toLowerCase().startsWith(name))) {
    throw adapterUnsupported(
      file,
      `init_lora_weights "${init}" (its factors are relative to changed base weights)`,
      'Convert it with save_pretrained(..., path_initial_model_for_weight_conversion=...) of peft.',
    );
  }
  return [...config]
    .filter(([key, value]) => isSet(value) && !HARMLESS_KEYS.has(key) && !UNSUPPORTED_KEYS.has(key))
    .map(([key]) => `unknown config key "${oneLine(key)}" is ignored, as peft does [file=${file}]`);
}

/** Whether a value switches something on. */
function isSet(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') {
    return false;
  }
  return Array.isArray(value) ? value.length > 0 : isJsonObject(value) ? value.size > 0 : true;
}
