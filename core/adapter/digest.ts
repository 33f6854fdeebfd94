/** What makes two adapters the same: their meaning and their tensors; not their README, name or base model's path. */
import { type Digest, digestOfJson } from '../digest.js';
import type { TensorInfo } from '../safetensors/header.js';
import type { AdapterDescription } from './types.js';

/** Grows whenever the same adapter would get another digest. */
const DIGEST_VERSION = 1;

/** All tensors of an adapter that its digest covers, in code-unit order of their names. */
export function adapterTensors({ modules, savedTensors }: AdapterDescription): readonly TensorInfo[] {
  const factors = [...modules.values()].flatMap(({ a, b }) => [a, b]);
  return [...factors, ...savedTensors].toSorted((x, y) => (x.name < y.name ? -1 : 1));
}

/**
 * The digest of an adapter: sha256 over the canonical JSON of rank and scaling per module and of name, element type, shape and
 * content of every tensor.
 *
 * @param contentOf - sha256 of a tensor's bytes, hexadecimal
 */
export function adapterDigest(description: AdapterDescription, contentOf: (tensor: string) => string): Digest {
  return digestOfJson({
    kind: 'lora',
    version: DIGEST_VERSION,
    fanInFanOut: description.fanInFanOut,
    modules: [...description.modules.values()].map(({ path, rank, scaling }) => [path, rank, scaling]),
    modulesToSave: description.modulesToSave.toSorted(),
    tensors: adapterTensors(description).map(({ name, dtype, shape }) => [name, dtype, [...shape], contentOf(name)]),
  });
}
