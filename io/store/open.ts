/** From a URI to a store. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OminusError } from '../../core/errors.js';
import { stateFolder, type Environment } from '../files/folders.js';
import { withoutSecrets } from '../files/safe-uri.js';
import { createArtifactStore } from './artifact-store.js';
import { LocalBlobStore } from './local-blob-store.js';
import type { ArtifactStore, BlobStore } from './types.js';

/**
 * Where the store is: `OMINUS_STORE`, else the folder `store` in the user's state folder.
 *
 * @returns a path, `file:///…` or `s3://bucket/prefix`
 */
export function defaultStoreUri(env: Environment = process.env): string {
  const given = env['OMINUS_STORE'];
  return given === undefined || given === '' ? join(stateFolder(env), 'store') : given;
}

/** Scheme of a store's URI. A path without one is `file`. */
export type StoreScheme = 'file' | 's3';

/** One place that stores are in. */
interface StorePlace {
  /** How it is written, for advice. */
  readonly form: string;
  readonly open: (uri: string) => BlobStore | Promise<BlobStore>;
}

/** All of them. What needs a large library loads it when it is first used. */
export const STORE_PLACES: Readonly<Record<StoreScheme, StorePlace>> = {
  file: { form: 'file:///…', open: (uri) => new LocalBlobStore(SCHEME.test(uri) ? filePath(uri) : uri) },
  s3: {
    form: 's3://bucket/prefix',
    // Loading the AWS SDK takes a good part of a second, which other commands need not wait for.
    open: async (uri) => new (await import('./s3-blob-store.js')).S3BlobStore(uri),
  },
};

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/** `s3:/bucket`, `s3:bucket`, `file:/path`: as a path it would be a folder that is hard to find again. */
const MISSPELT_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * Opens a store of blobs; touches nothing yet.
 *
 * @param uri - a path, `file:///…` or `s3://bucket/prefix`
 * @throws OminusError `USAGE` for anything else
 */
export async function openBlobStore(uri: string = defaultStoreUri()): Promise<BlobStore> {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  const forms = Object.values(STORE_PLACES).map(({ form }) => form);
  if (scheme === undefined && MISSPELT_SCHEME.test(uri)) {
    throw new OminusError('USAGE', {
      message: `not a store location [store=${withoutSecrets(uri)}]`,
      hint: `Write ${forms.join(' or ')} with two slashes after the colon, or ./ before a folder of this name.`,
    });
  }
  const name = scheme ?? 'file';
  if (!Object.hasOwn(STORE_PLACES, name)) {
    throw new OminusError('USAGE', {
      message: `not a store location [store=${withoutSecrets(uri)}]`,
      hint: `Write a path, or ${forms.join(' or ')}.`,
    });
  }
  return STORE_PLACES[name as StoreScheme].open(uri); // checked just now
}

/**
 * Opens the artifact store at a place, `OMINUS_STORE` by default.
 *
 * @throws OminusError `USAGE`, `STORE_DENIED`, `STORE_UNREACHABLE`
 */
export async function openArtifactStore(uri: string = defaultStoreUri()): Promise<ArtifactStore> {
  return createArtifactStore(await openBlobStore(uri));
}

/**
 * Opens the artifact store in `OMINUS_STORE` to look at it: a missing store is read as an empty one and not created.
 *
 * @throws OminusError `USAGE`, `STORE_DENIED`, `STORE_UNREACHABLE`
 */
export async function openStoreAsItIs(): Promise<ArtifactStore> {
  return createArtifactStore(await openBlobStore(), { create: false });
}

function filePath(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new OminusError('USAGE', {
      message: `not a file URI [store=${withoutSecrets(uri)}]`,
      hint: 'Write it with three slashes: file:///absolute/path.',
      cause: error,
    });
  }
}
