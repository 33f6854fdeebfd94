/** A Hugging Face checkpoint folder: its config.json and where every tensor lies. No weight is read. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { leftoversOf } from '../../core/onnx/families/registry.js';
import type { WeightLocation } from '../../core/onnx/graph-builder.js';
import { OminusError } from '../../core/errors.js';
import { fileError, openSafetensors } from '../safetensors/reader.js';
import { readJsonObject, readOptionalJsonObject, type UncheckedObject } from './json-file.js';

/** An opened folder. */
export interface Checkpoint {
  readonly config: UncheckedObject;
  /** Deepest folder that holds every weight file, links resolved; `location` of the weights is relative to it. */
  readonly root: string;
  readonly weights: ReadonlyMap<string, WeightLocation>;
}

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';
/** Most shards of one checkpoint; the largest published ones have fewer than 200. */
const MOST_SHARDS = 4096;

const WEIGHT_TYPES: ReadonlyMap<string, WeightLocation['type']> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
] as const);

/**
 * Opens a folder with config.json and model.safetensors, or shards with their index. The runtime refuses external data
 * whose real path leaves its folder, which the links of a Hugging Face cache do; so links are resolved here.
 *
 * @throws OminusError `FILE_NOT_FOUND` naming what is missing, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `SAFETENSORS_INVALID`
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const config = await readJsonObject(join(folder, 'config.json'), 'MODEL_INVALID');
  const index = await readOptionalJsonObject(join(folder, INDEX_FILE), 'MODEL_INVALID');
  const shardOf = index === undefined ? undefined : readIndex(index);
  const names = shardOf === undefined ? [SINGLE_FILE] : [...new Set(shardOf.values())].sort();
  const paths = new Map<string, string>();
  for (const name of names) {
    paths.set(name, await resolveLinks(join(folder, name)));
  }
  const root = commonFolder([...paths.values()]);
  const weights = new Map<string, WeightLocation>();
  const leftovers = leftoversOf(config['architectures']);
  const isWeight = (tensor: string): boolean => leftovers?.test(tensor) !== true;
  for (const [name, path] of paths) {
    const location = relative(root, path).split(sep).join('/');
    await addWeights(weights, { shard: name, path, location, isWeight });
  }
  for (const [tensor, shard] of shardOf ?? []) {
    if (!weights.has(tensor) && isWeight(tensor)) {
      throw new OminusError('MODEL_INVALID', {
        message: `${INDEX_FILE} says that tensor [name=${tensor}] is in [file=${shard}], but no shard has it`,
        hint: 'Download the shards and their index again, from one revision.',
      });
    }
  }
  return { config, root, weights };
}

/** Tensor name → shard name, with names that stay in the folder. */
function readIndex(index: UncheckedObject): ReadonlyMap<string, string> {
  const map = index['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new OminusError('MODEL_INVALID', { message: `${INDEX_FILE} has no object "weight_map"` });
  }
  const shardOf = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map as UncheckedObject)) {
    if (
      typeof shard !== 'string' ||
      shard !== basename(shard) ||
      shard.includes('\\') ||
      !/\.safetensors$/.test(shard)
    ) {
      throw new OminusError('MODEL_INVALID', {
        message: `${INDEX_FILE} names a shard that is not a .safetensors file of its own folder [shard=${JSON.stringify(shard).slice(0, 100)}]`,
        hint: 'Use the index that was saved with the checkpoint.',
      });
    }
    shardOf.set(tensor, shard);
  }
  const shards = new Set(shardOf.values()).size;
  if (shards === 0 || shards > MOST_SHARDS) {
    throw new OminusError('MODEL_INVALID', {
      message: `${INDEX_FILE} names ${String(shards)} shards; expected 1 to ${String(MOST_SHARDS)}`,
    });
  }
  return shardOf;
}

async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

function commonFolder(paths: readonly string[]): string {
  let root = dirname(paths[0] ?? '/');
  while (!paths.every((path) => path.startsWith(root.endsWith(sep) ? root : root + sep))) {
    root = dirname(root);
  }
  return root;
}

interface ShardFacts {
  readonly shard: string;
  readonly path: string;
  /** Relative to the root of the checkpoint. */
  readonly location: string;
  readonly isWeight: (tensor: string) => boolean;
}

async function addWeights(
  weights: Map<string, WeightLocation>,
  { shard, path, location, isWeight }: ShardFacts,
): Promise<void> {
  const file = await openSafetensors(path);
  await file.close();
  for (const { name, dtype, shape, start, end } of file.tensors.values()) {
    if (!isWeight(name)) {
      continue;
    }
    if (weights.has(name)) {
      throw new OminusError('MODEL_INVALID', {
        message: `tensor [name=${name}] is in two shards, one of them [file=${shard}]`,
      });
    }
    const type = WEIGHT_TYPES.get(dtype);
    if (type === undefined) {
      throw new OminusError('MODEL_UNSUPPORTED', {
        message: `tensor [name=${name}] has dtype ${dtype}; supported are ${[...WEIGHT_TYPES.keys()].join(', ')}`,
        hint: 'Use the float16, bfloat16 or float32 checkpoint, not a quantized one.',
      });
    }
    weights.set(name, { type, shape, location, offset: start, length: end - start });
  }
}
