/** Which files of a checkpoint folder hold its weights, found as `from_pretrained` of transformers 5.24 finds them. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { quoted } from '../../core/foreign-text.js';
import { isMissing } from '../files/system-error.js';
import { fileError } from '../safetensors/reader.js';
import { readJsonObject, type UncheckedObject } from './json-file.js';

/** All weights in one file: it counts whatever else there is, a stale index too. */
export const WEIGHTS_FILE = 'model.safetensors';
/** Names the shards. */
export const WEIGHTS_INDEX = 'model.safetensors.index.json';
/** Key of config.json that names another file or index (`transformers_weights`). */
const CHOSEN_FILE = 'transformers_weights';
/** Most shards of one checkpoint; the largest published ones have fewer than 200. */
const MOST_SHARDS = 4096;

/**
 * Names of the files that hold a checkpoint's weights, sorted.
 *
 * @param config - its config.json
 * @throws OminusError `MODEL_INVALID` for an index or a name that cannot be, `FILE_UNREADABLE`
 */
export async function weightFiles(folder: string, config: UncheckedObject): Promise<readonly string[]> {
  const chosen = config[CHOSEN_FILE] ?? undefined;
  if (chosen !== undefined) {
    const isIndex = typeof chosen === 'string' && chosen.endsWith('.safetensors.index.json');
    return isIndex && isPlainName(chosen)
      ? shardsOf(folder, chosen)
      : [checkedName(chosen, `config.json [${CHOSEN_FILE}]`)];
  }
  return !(await exists(join(folder, WEIGHTS_FILE))) && (await exists(join(folder, WEIGHTS_INDEX)))
    ? shardsOf(folder, WEIGHTS_INDEX)
    : [WEIGHTS_FILE];
}

/** Every shard that an index names. Which tensors it says they have does not count: the shards say it themselves. */
async function shardsOf(folder: string, indexFile: string): Promise<readonly string[]> {
  const index = await readJsonObject(join(folder, indexFile), 'MODEL_INVALID');
  const map = index['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new OminusError('MODEL_INVALID', { message: `${indexFile} has no object "weight_map"` });
  }
  const shards = [...new Set<unknown>(Object.values(map))].map((shard) => checkedName(shard, indexFile));
  if (shards.length === 0 || shards.length > MOST_SHARDS) {
    throw new OminusError('MODEL_INVALID', {
      message: `${indexFile} names ${String(shards.length)} shards; expected 1 to ${String(MOST_SHARDS)}`,
    });
  }
  return shards.sort();
}

/** A name that stays in the folder. */
function checkedName(name: unknown, where: string): string {
  if (typeof name !== 'string' || !isPlainName(name) || !name.endsWith('.safetensors')) {
    throw new OminusError('MODEL_INVALID', {
      message: `${where} names a shard that is not a .safetensors file of its own folder [shard=${quoted(JSON.stringify(name))}]`,
      hint: 'Use the files that were saved with the checkpoint.',
    });
  }
  return name;
}

function isPlainName(name: string): boolean {
  return name === basename(name) && !/[\\:\p{Cc}]/u.test(name);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw fileError(path, error);
  }
}
