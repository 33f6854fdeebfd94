/** Digests of model and classifier folders: over exactly the files that determine results, not their names' folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOfJson, type Digest, type Json } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { isMissing } from '../files/system-error.js';
import { jsonProperty } from '../store/sealed.js';
import { digestOfFile, type DigestOptions } from './file-digest.js';
import { fileError } from './file-error.js';
import { GRAPH_FILES, isSafeRelativeName, TOKENIZER_FILES, WEIGHTS_FILE, WEIGHTS_INDEX } from './source-files.js';

/** A digest, and the bytes that stand behind it. */
export interface SizedDigest {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Raised when the same files would be digested in another way. */
const DIGEST_VERSION = 1;

/** Keys of config.json that say how a file came about, not what the model computes. */
const NEUTRAL_KEYS: readonly string[] = ['_name_or_path', 'transformers_version'];

/**
 * Digest of a base model: its configuration (as a value: order of keys and layout do not count), tokenizer files, and
 * weights by file. README, licences and other formats of the same weights do not count.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`
 */
export async function digestOfModel(folder: string, options: DigestOptions = {}): Promise<SizedDigest> {
  const index = await readOptionalJson(join(folder, WEIGHTS_INDEX), 'MODEL_INVALID');
  const weights = index === undefined ? [WEIGHTS_FILE] : shardNames(index);
  const configs = ['config.json', ...(await existingFiles(folder, ['generation_config.json']))];
  return digestOfParts(
    'model',
    folder,
    configs,
    [...(await existingFiles(folder, TOKENIZER_FILES)), ...weights],
    options,
  );
}

/**
 * Digest of a text classifier: configuration, tokenizer files, the ONNX graph with its external data.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `CLASSIFIER_INVALID`
 */
export async function digestOfClassifier(folder: string, options: DigestOptions = {}): Promise<SizedDigest> {
  const [graph = GRAPH_FILES[0] ?? ''] = await existingFiles(folder, GRAPH_FILES);
  const place = dirname(graph) === '.' ? '' : `${dirname(graph)}/`;
  const siblings = (await namesIn(join(folder, dirname(graph))))
    .map((name) => `${place}${name}`)
    .filter((name) => name !== graph && name.startsWith(graph));
  const files = [...(await existingFiles(folder, TOKENIZER_FILES)), graph, ...siblings];
  return digestOfParts('classifier', folder, ['config.json'], files, options);
}

async function digestOfParts(
  kind: 'model' | 'classifier',
  folder: string,
  configNames: readonly string[],
  fileNames: readonly string[],
  options: DigestOptions,
): Promise<SizedDigest> {
  const code = kind === 'model' ? 'MODEL_INVALID' : 'CLASSIFIER_INVALID';
  let sizeBytes = 0;
  const configs: Record<string, Json> = {};
  for (const name of configNames) {
    const value = await readOptionalJson(join(folder, name), code);
    if (value === undefined) {
      throw new OminusError('FILE_NOT_FOUND', {
        message: `not a ${kind} folder: it has no ${name} [path=${folder}]`,
        hint: 'Name a folder with config.json, tokenizer and weights in the Hugging Face layout.',
      });
    }
    configs[name] = withoutNeutralKeys(value);
    sizeBytes += await sizeOf(join(folder, name));
  }
  const files: Record<string, Json> = {};
  for (const name of [...fileNames].sort()) {
    const path = join(folder, name);
    files[name] = await digestOfFile(path, options);
    sizeBytes += await sizeOf(path);
  }
  return { digest: digestOfJson({ kind, digestVersion: DIGEST_VERSION, configs, files }), sizeBytes };
}

function shardNames(index: Json): readonly string[] {
  const map = jsonProperty(index, 'weight_map');
  const names = typeof map === 'object' && map !== null ? [...new Set<unknown>(Object.values(map))] : [];
  const shards = names.filter((name) => typeof name === 'string' && isSafeRelativeName(name) && !name.includes('/'));
  if (shards.length === 0 || shards.length !== names.length) {
    throw new OminusError('MODEL_INVALID', {
      message: `${WEIGHTS_INDEX} does not name the files of the weights`,
      hint: 'Use the index that was saved with the checkpoint.',
    });
  }
  return shards as readonly string[]; // filtered above
}

function withoutNeutralKeys(value: Json): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => !NEUTRAL_KEYS.includes(key)))
    : value;
}

async function readOptionalJson(path: string, code: 'MODEL_INVALID' | 'CLASSIFIER_INVALID'): Promise<Json | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw fileError(path, error);
  }
  try {
    return JSON.parse(text) as Json; // JSON.parse gives JSON
  } catch (error) {
    throw new OminusError(code, { message: `not JSON [path=${path}]`, hint: 'Download the file again.', cause: error });
  }
}

/** Those of the names that exist in a folder. */
export async function existingFiles(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    try {
      await stat(join(folder, name));
      found.push(name);
    } catch (error) {
      if (!isMissing(error)) {
        throw fileError(join(folder, name), error);
      }
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw fileError(folder, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw fileError(path, error);
  }
}
