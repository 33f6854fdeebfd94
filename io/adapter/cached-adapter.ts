/** Adapters of the store as folders in this machine's cache, for code that reads adapters from folders. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../core/digest.js';
import { cacheFolder, type Environment } from '../files/folders.js';
import { isFolder, writeFileAtomically } from '../files/atomic-write.js';
import { refused } from '../files/refused.js';
import { TENSORS_FILE } from './adapter-folder.js';

/**
 * The folder of an adapter, whose tensors are looked at again whenever it is asked for: anything may change a cache. Files that are
 * missing or have other bytes are written, each atomically and the tensors last; several processes may do so at once.
 *
 * @param digest - sha256 of the tensors' file
 * @param files - contents by name, asked for when they are needed
 * @throws OminusError `SYSTEM_REFUSED` when the cache cannot be written
 */
export async function cachedAdapter(
  digest: Digest,
  files: () => Promise<ReadonlyMap<string, Uint8Array>>,
  env: Environment = process.env,
): Promise<string> {
  const folder = join(cacheFolder(env), 'made', digest.slice('sha256:'.length));
  if ((await isFolder(folder)) && (await digestOfFile(join(folder, TENSORS_FILE))) === digest) {
    return folder;
  }
  const contents = await files();
  try {
    for (const name of [...contents.keys()].toSorted(
      (a, b) => Number(a === TENSORS_FILE) - Number(b === TENSORS_FILE),
    )) {
      await writeFileAtomically(join(folder, name), contents.get(name) ?? new Uint8Array(0));
    }
  } catch (error) {
    throw refused(error, `cannot write a made leaf to the cache [folder=${folder}]`);
  }
  return folder;
}

async function digestOfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined; // missing or unreadable: it is written anew
  }
  return `sha256:${hash.digest('hex')}`;
}
