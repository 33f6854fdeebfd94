/** The model families that can be run. */
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
 * Tensors that the checkpoints of a family may hold for nothing.
 *
 * @param architectures - of config.json, unchecked
 * @returns undefined where the family has none, or is not known
 */
export function leftoversOf(architectures: unknown): RegExp | undefined {
  const written: readonly unknown[] = Array.isArray(architectures) ? architectures : [];
  return FAMILIES.find(({ name }) => name === written[0])?.leftovers;
}

/**
 * The family that `architectures` of config.json names.
 *
 * @throws OminusError `MODEL_UNSUPPORTED` when it is none of the known ones
 */
export function findFamily(config: ConfigReader): Family {
  const written = config.texts('architectures');
  const found = FAMILIES.find(({ name }) => name === written[0]);
  if (found === undefined) {
    const known = FAMILIES.map(({ name }) => name).join(', ');
    throw unsupported(
      `architecture "${written[0] ?? 'none'}" is not one of ${known}`,
      'Use a model of one of these families.',
    );
  }
  return found;
}
