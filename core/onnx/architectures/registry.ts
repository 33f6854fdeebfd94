/** The model families that can be run. */
import { unsupported, type ConfigReader } from '../decoder/config-reader.js';
import type { Architecture } from './architecture.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { qwen2 } from './qwen2.js';

/** One line per family. */
export const ARCHITECTURES: readonly Architecture[] = [llama, mistral, qwen2];

/**
 * The family that `architectures` of config.json names.
 *
 * @throws OminusError `MODEL_UNSUPPORTED` when it is none of the known ones
 */
export function findArchitecture(config: ConfigReader): Architecture {
  const written = config.texts('architectures');
  const found = ARCHITECTURES.find(({ name }) => name === written[0]);
  if (found === undefined) {
    const known = ARCHITECTURES.map(({ name }) => name).join(', ');
    throw unsupported(
      `architecture "${written[0] ?? 'none'}" is not one of ${known}`,
      'Use a model of one of these families.',
    );
  }
  return found;
}
