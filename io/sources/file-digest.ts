/** Digests of files, remembered by path, size, time and inode, so that gigabytes are read once. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfJson, isDigest, toDigest, type Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { writeFileAtomically } from '../files/atomic-write.js';
import { cacheFolder } from '../files/folders.js';
import { jsonProperty, openJson, sealJson } from '../store/sealed.js';
import { fileError } from './file-error.js';

/** Reports and stops long reading. */
export interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of a file have been read, a few times per second at most. */
  readonly onBytes?: ((path: string, done: number, total: number) => void) | undefined;
}

/** Size of one read, in bytes: larger ones are not faster, smaller ones cost calls. */
const CHUNK_BYTES = 1024 * 1024;
/**
 * A file that was changed so recently may be changed again without any sign of it: the clock of a file system ticks
 * coarsely (FAT: 2 s). Its digest is not remembered yet.
 */
const SETTLED_AFTER_MS = 2000;
/** How often a file may change under the reader before that is an error. */
const READ_ATTEMPTS = 3;

/** sha256 over the bytes of a file, from the cache if the file is unchanged. */
export async function digestOfFile(path: string, options: DigestOptions = {}): Promise<Digest> {
  return cachedDigest('bytes', [path], () => hashFile(path, options));
}

/**
 * A digest that depends on nothing but the given files: from the user's cache if path, size, modification time and
 * inode of all of them are what they were, else computed. A cache that is damaged or cannot be written costs time only.
 *
 * @param purpose - what is computed, with a version: `adapter 1`
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `SOURCE_CHANGED` when the files keep changing
 */
export async function cachedDigest(
  purpose: string,
  files: readonly string[],
  compute: () => Promise<Digest>,
): Promise<Digest> {
  if (files.length === 0) {
    return compute(); // nothing that could tell one such digest from another
  }
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    const before = await fingerprint(purpose, files);
    const entry = join(cacheFolder(), 'digests', before.id.slice(7, 9), before.id.slice(9));
    const known = await readEntry(entry);
    if (known !== undefined) {
      return known;
    }
    const digest = await compute();
    if ((await fingerprint(purpose, files)).id === before.id) {
      if (before.newestMs < Date.now() - SETTLED_AFTER_MS) {
        await writeFileAtomically(entry, sealJson({ digest })).catch(ignoreCacheProblem);
      }
      return digest;
    }
  }
  throw new OminusError('SOURCE_CHANGED', {
    message: `files kept changing while they were read [files=${files.slice(0, 3).join(', ')}]`,
    hint: 'Wait until nothing writes to them, then run the same command again.',
  });
}

async function hashFile(path: string, { signal, onBytes }: DigestOptions): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    const total = (await stat(path)).size;
    let done = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
      hash.update(chunk as Buffer); // without an encoding the stream gives buffers
      done += (chunk as Buffer).byteLength;
      onBytes?.(path, done, total);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw fileError(path, error);
  }
  return toDigest(`sha256:${hash.digest('hex')}`);
}

async function fingerprint(
  purpose: string,
  files: readonly string[],
): Promise<{ readonly id: Digest; readonly newestMs: number }> {
  const facts = await Promise.all(
    files.map(async (path) => {
      try {
        const real = await realpath(path);
        const { size, mtimeNs, ctimeNs, ino, dev } = await stat(real, { bigint: true });
        return { real, size, mtimeNs, ctimeNs, ino, dev };
      } catch (error) {
        throw fileError(path, error);
      }
    }),
  );
  const newest = facts.reduce((latest, { ctimeNs, mtimeNs }) => max(latest, max(ctimeNs, mtimeNs)), 0n);
  const id = digestOfJson({
    purpose,
    files: facts.map(({ real, size, mtimeNs, ctimeNs, ino, dev }) => [
      real,
      ...[size, mtimeNs, ctimeNs, ino, dev].map(String),
    ]),
  });
  return { id, newestMs: Number(newest / 1_000_000n) };
}

async function readEntry(path: string): Promise<Digest | undefined> {
  try {
    const digest = jsonProperty(openJson(await readFile(path)), 'digest');
    return typeof digest === 'string' && isDigest(digest) ? digest : undefined;
  } catch {
    return undefined;
  }
}

function ignoreCacheProblem(): void {
  // The digest itself is right; the next one to ask computes it again.
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
