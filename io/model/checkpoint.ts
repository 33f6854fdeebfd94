/** A Hugging Face checkpoint folder: its config.json and where every tensor is. No weight is read. */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ConfigReader } from '../../core/onnx/decoder/config-reader.js';
import { familyOf } from '../../core/onnx/families/registry.js';
import type { WeightLocation } from '../../core/onnx/graph-builder.js';
import { OminusError } from '../../core/errors.js';
import { quoted } from '../../core/foreign-text.js';
import { fileError, openSafetensors } from '../safetensors/reader.js';
import { readJsonObject, type UncheckedObject } from './json-file.js';
import { weightFiles } from './weight-files.js';

/** An opened folder. */
export interface Checkpoint {
  readonly config: UncheckedObject;
  /** Deepest folder that holds every weight file, links resolved; `location` of the weights is relative to it. */
  readonly root: string;
  readonly weights: ReadonlyMap<string, WeightLocation>;
}

const WEIGHT_TYPES: ReadonlyMap<string, WeightLocation['type']> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
] as const);

/**
 * Opens a folder with config.json and model.safetensors, or shards with their index. The runtime refuses external data whose real path
 * leaves its folder, which the links of a Hugging Face cache do; so links are resolved here.
 *
 * @throws OminusError `FILE_NOT_FOUND` naming what is missing, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `SAFETENSORS_INVALID`
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const config = await readJsonObject(join(folder, 'config.json'), 'MODEL_INVALID');
  const names = await weightFiles(folder, config);
  const paths = new Map<string, string>();
  for (const name of names) {
    paths.set(name, await resolveLinks(join(folder, name)));
  }
  const root = commonFolder([...paths.values()]);
  const weights = new Map<string, WeightLocation>();
  const leftovers = familyOf(new ConfigReader(config))?.leftovers;
  const isWeight = (tensor: string): boolean => leftovers?.test(tensor) !== true;
  for (const [name, path] of paths) {
    const location = relative(root, path).split(sep).join('/');
    await addWeights(weights, { shard: name, path, location, isWeight });
  }
  return { config, root, weights };
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
        message: `tensor [name=${quoted(name)}] is in two shards, one of them [file=${shard}]`,
      });
    }
    const type = WEIGHT_TYPES.get(dtype);
    if (type === undefined) {
      throw new OminusError('MODEL_UNSUPPORTED', {
        message: `tensor [name=${quoted(name)}] has dtype ${dtype}; supported are ${[...WEIGHT_TYPES.keys()].join(', ')}`,
        hint: 'Use the float16, bfloat16 or float32 checkpoint, not a quantized one.',
      });
    }
    weights.set(name, { type, shape, location, offset: start, length: end - start });
  }
}
