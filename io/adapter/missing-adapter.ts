/** Says what a folder is that peft would not load an adapter from, and how to make it one. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { oneLine } from '../../core/adapter/config-fields.js';
import { adapterUnsupported } from '../../core/adapter/unsupported.js';
import { OminusError } from '../../core/errors.js';

/** File names of peft. */
export const CONFIG_FILE = 'adapter_config.json';
export const TENSORS_FILE = 'adapter_model.safetensors';

const PICKLE = /^(adapter_model|pytorch_model).*\.(bin|pt|pth)$/;
const SHARD = /^adapter_model.*-of-.*\.safetensors$|^adapter_model\.safetensors\.index\.json$/;
const WHOLE_MODEL = /^(model|pytorch_model).*\.(safetensors|bin)$/;

/** Subfolders that are looked into, and names that are told. */
const MOST_LOOKED_AT = 200;
const MOST_TOLD = 5;

/**
 * What to say of a folder that lacks a file that peft saves.
 *
 * @param missing - path of the file
 * @param error - that reading it gave; kept where the folder says no more
 */
export async function explainMissing(missing: string, error: OminusError): Promise<OminusError> {
  const folder = dirname(missing);
  const names = await namesIn(folder);
  return names === undefined
    ? error
    : (describe(folder, missing, names) ?? (await inSubfolders(folder, names)) ?? error);
}

function describe(folder: string, missing: string, names: readonly string[]): OminusError | undefined {
  const hasConfig = names.includes(CONFIG_FILE);
  const shard = names.find((name) => SHARD.test(name));
  if (shard !== undefined && !names.includes(TENSORS_FILE)) {
    return adapterUnsupported(
      join(folder, shard),
      'its tensors are in several files, and peft loads them from one',
      `Join them in one ${TENSORS_FILE}, or load the model that saved them and call save_pretrained of peft.`,
    );
  }
  const pickle = names.find((name) => PICKLE.test(name));
  if (hasConfig && missing.endsWith(TENSORS_FILE) && pickle !== undefined) {
    return adapterUnsupported(
      join(folder, pickle),
      'it is a pickle file, which can run code when it is read',
      'If you trust it, load it with peft and save it again with safe_serialization=True.',
    );
  }
  if (!hasConfig && names.includes('config.json') && names.some((name) => WHOLE_MODEL.test(name))) {
    return adapterUnsupported(
      folder,
      `it is the folder of a whole model: it has config.json and weights, but no ${CONFIG_FILE}`,
      'Name the folder of a LoRA adapter; a whole model can only be the base.',
    );
  }
  return undefined;
}

/** peft saves adapters that are not called "default" in subfolders of their name; trainers save checkpoints so. */
async function inSubfolders(folder: string, names: readonly string[]): Promise<OminusError | undefined> {
  const found: string[] = [];
  for (const name of names.toSorted().slice(0, MOST_LOOKED_AT)) {
    const inside = await stat(join(folder, name, CONFIG_FILE)).catch(() => undefined);
    found.push(...(inside?.isFile() === true ? [oneLine(name)] : []));
  }
  const [first] = found;
  if (first === undefined) {
    return undefined;
  }
  const more = found.length - MOST_TOLD;
  const listed = found.slice(0, MOST_TOLD).join(', ') + (more > 0 ? `, and ${String(more)} more` : '');
  return new OminusError('FILE_NOT_FOUND', {
    message: `this folder is not an adapter, but has adapters in subfolders [path=${folder}]: ${listed}`,
    hint: `Name one of them, such as ${join(folder, first)}.`,
  });
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch {
    return undefined; // the reader's own error says why
  }
}
