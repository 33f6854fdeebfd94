/** The model families that can be run. */
import { quoted } from '../../foreign-text.js';
import { unsupported, type ConfigReader } from '../decoder/config-reader.js';
import type { Family } from './family.js';
import { gptNeoX } from './gpt-neox.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { opt } from './opt.js';
import { qwen2 } from './qwen2.js';

/** One line per family. */
export const FAMILIES: readonly Family[] = [llama, mistral, qwen2, opt, gptNeoX];

/**
 * The family of a config.json, if it is a known one: as `AutoModelForCausalLM` of transformers finds it, by `model_type`, and by
 * `architectures` where that says nothing. An architecture of another name is refused whatever the type: it may come with code of its own.
 */
export function familyOf(config: ConfigReader): Family | undefined {
  const [architecture] = config.texts('architectures');
  const type = config.text('model_type', '');
  const named = FAMILIES.find(({ name }) => name === architecture);
  const typed = FAMILIES.find(({ modelType }) => modelType === type);
  return architecture === undefined ? typed : named && (typed ?? named);
}

/**
 * The family of a config.json, as {@link familyOf} finds it.
 *
 * @throws OminusError `MODEL_UNSUPPORTED` when it is none of the known ones
 */
export function findFamily(config: ConfigReader): Family {
  const found = familyOf(config);
  if (found === undefined) {
    const [architecture] = config.texts('architectures');
    const known = FAMILIES.map(({ name, modelType }) => (architecture === undefined ? modelType : name)).join(', ');
    throw unsupported(
      architecture === undefined
        ? `config.json names no architecture, and model_type "${quoted(config.text('model_type', ''))}" is not one of ${known}`
        : `architecture "${quoted(architecture)}" is not one of ${known}`,
      'Use a model of one of these families.',
    );
  }
  return found;
}
