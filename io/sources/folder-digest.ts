/** Digests of model and classifier folders: over exactly the files that determine results, not their names' folder. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOfJson, type Digest, type Json } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { isMissing } from '../files/system-error.js';
import { readOptionalJsonObject, type UncheckedObject } from '../model/json-file.js';
import { weightFiles } from '../model/weight-files.js';
import { digestOfFile, type DigestOptions } from './file-digest.js';
import { fileError } from './file-error.js';
import { GRAPH_FILES, TOKENIZER_FILES } from './source-files.js';

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
  const config = (await readOptionalJsonObject(join(folder, 'config.json'), 'MODEL_INVALID')) ?? {};
  const weights = await weightFiles(folder, config);
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
  const [graph] = await existingFiles(folder, GRAPH_FILES);
  if (graph === undefined && (await existingFiles(folder, ['config.json'])).length > 0) {
    throw new OminusError('CLASSIFIER_INVALID', {
      message: `the classifier has no ONNX graph: neither ${GRAPH_FILES.join(' nor ')} [path=${folder}]`,
      hint: `Export it: optimum-cli export onnx --task text-classification --model ${folder} ${folder}-onnx. Then name that folder.`,
    });
  }
  return digestOfGraph(folder, graph ?? '', options);
}

async function digestOfGraph(folder: string, graph: string, options: DigestOptions): Promise<SizedDigest> {
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
    const value = await readOptionalJsonObject(join(folder, name), code);
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

function withoutNeutralKeys(value: UncheckedObject): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !NEUTRAL_KEYS.includes(key))) as Json; // parsed JSON
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
