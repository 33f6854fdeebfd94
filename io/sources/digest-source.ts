/** A source of a spec with its digest: what plans are made of, and what activities check before they use it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { SourceRef } from '../../core/source-ref.js';
import { openAdapter } from '../adapter/adapter-folder.js';
import type { ProgressListener } from './download.js';
import { cachedDigest, digestOfFile, type DigestOptions } from './file-digest.js';
import { fileError } from './file-error.js';
import { digestOfClassifier, digestOfModel, existingFiles, type SizedDigest } from './folder-digest.js';
import { resolveSource } from './resolve-source.js';
import type { ResolvedSource } from './resolved-source.js';
import { schemeOf } from './schemes.js';
import { ADAPTER_FILES, type SourceKind } from './source-files.js';

export type { SourceKind } from './source-files.js';

/** Options of {@link digestSource}. */
export interface DigestSourceOptions {
  /** Where relative paths begin; the current folder by default. */
  readonly baseFolder?: string;
  /** The digest that the spec expects, if any. */
  readonly pinned?: Digest | undefined;
  /** Told about downloads, and about long reading. */
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A source on this machine, with the digest of what it holds now. */
export interface LocatedSource extends ResolvedSource, SizedDigest {}

/** A source as a plan names it. */
export interface DigestedSource {
  readonly ref: SourceRef;
  /** Where it is on this machine now. */
  readonly path: string;
  readonly warnings: readonly string[];
}

/**
 * Finds (or fetches) a source and digests it; digests of unchanged files come from the cache.
 *
 * @param uri - as the spec has it
 * @throws OminusError `DIGEST_MISMATCH` when a pinned digest is another one, and whatever resolving and reading throw
 */
export async function digestSource(
  kind: SourceKind,
  uri: string,
  options: DigestSourceOptions = {},
): Promise<DigestedSource> {
  const located = await locateSource(kind, uri, options);
  const { pinned } = options;
  if (pinned !== undefined && pinned !== located.digest) {
    throw new OminusError('DIGEST_MISMATCH', {
      message: `the ${kind} does not match the digest pinned in the spec [uri=${located.uri}]: expected ${pinned}, got ${located.digest}`,
      hint: 'Restore the pinned files, or pin the digest of the current files.',
      details: { expected: pinned, got: located.digest },
    });
  }
  const warnings =
    schemeOf(located.uri)?.isPinned === true && pinned === undefined && uri !== located.uri
      ? [`${uri} currently resolves to ${located.uri}; write that to pin it`]
      : [];
  const { path, uri: normalised, digest, sizeBytes } = located;
  return { ref: { uri: normalised, digest, sizeBytes }, path, warnings };
}

/** Like {@link digestSource}, with the path on this machine and without a pinned digest. */
export async function locateSource(
  kind: SourceKind,
  uri: string,
  options: Omit<DigestSourceOptions, 'pinned'> = {},
): Promise<LocatedSource> {
  const source = await resolveSource(uri, kind, options);
  const digest = await digestOfSource(kind, source.path, {
    signal: options.signal,
    onBytes: options.onProgress && throttledBytes(options.onProgress),
  });
  return { ...source, ...digest };
}

async function digestOfSource(kind: SourceKind, path: string, options: DigestOptions): Promise<SizedDigest> {
  switch (kind) {
    case 'data':
      return { digest: await digestOfFile(path, options), sizeBytes: await sizeOf(path) };
    case 'model':
      return digestOfModel(path, options);
    case 'classifier':
      return digestOfClassifier(path, options);
    case 'adapter': {
      // What is missing is said best by the reader of adapters (a pickle file instead, for one).
      const files = (await existingFiles(path, ADAPTER_FILES)).map((name) => join(path, name));
      const digest = await cachedDigest('adapter 1', files, async () => {
        const adapter = await openAdapter(path);
        try {
          return await adapter.digest();
        } finally {
          await adapter.close();
        }
      });
      return { digest, sizeBytes: (await Promise.all(files.map(sizeOf))).reduce((a, b) => a + b, 0) };
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Small files are digested before a message about them could be read. */
const QUIET_MS = 2000;

function throttledBytes(tell: ProgressListener): (path: string, done: number, total: number) => void {
  let last = Date.now();
  return (path, done, total) => {
    if (Date.now() - last > QUIET_MS) {
      last = Date.now();
      tell(`reading ${path}: ${String(Math.floor((100 * done) / total))} % of ${(total / 1e9).toFixed(1)} GB`);
    }
  };
}
