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

/** `s3:/bucket`, `s3:bucket`, `file:/path`: as a path it would be a folder that is hard to find again. */
const MISSPELT_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * Opens a store of blobs; touches nothing yet.
 *
 * @param uri - a path, `file:///…` or `s3://bucket/prefix`
 * @throws OminusError `USAGE` for anything else
 */
export async function openBlobStore(uri: string = defaultStoreUri()): Promise<BlobStore> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined && MISSPELT_SCHEME.test(uri)) {
    throw new OminusError('USAGE', {
      message: `not a store location [store=${withoutSecrets(uri)}]`,
      hint: 'Write s3://bucket/prefix or file:///… with two slashes after the colon, or ./ before a folder of this name.',
    });
  }
  switch (scheme) {
    case undefined:
      return new LocalBlobStore(uri);
    case 'file':
      return new LocalBlobStore(filePath(uri));
    case 's3': {
      // Loading the AWS SDK takes a good part of a second, which other commands need not wait for.
      const { S3BlobStore } = await import('./s3-blob-store.js');
      return new S3BlobStore(uri);
    }
    default:
      throw new OminusError('USAGE', {
        message: `not a store location [store=${withoutSecrets(uri)}]`,
        hint: 'Write a path, file:///… or s3://bucket/prefix.',
      });
  }
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
