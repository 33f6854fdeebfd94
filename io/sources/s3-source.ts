/** Adapters, models and data in S3, by way of the user's cache. */
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { basename, join } from 'node:path';
import { digestOfJson } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { cacheFolder, type Environment } from '../files/folders.js';
import {
  createS3Client,
  httpStatus,
  isNoSuchKey,
  parseS3Uri,
  s3Endpoint,
  s3Error,
  type S3Limits,
} from '../store/s3-client.js';
import { cachedDownload, type ProgressListener, type RemoteFile } from './download.js';
import { isSafeRelativeName, isWantedFile, type SourceKind } from './source-files.js';

/** How to get at S3, and whom to tell. */
export interface S3SourceOptions {
  readonly env?: Environment;
  readonly limits?: Partial<S3Limits>;
  readonly onProgress?: ProgressListener | undefined;
}

interface S3Object {
  readonly key: string;
  /** Relative to the source's prefix. */
  readonly name: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

/**
 * Fetches the wanted objects below a prefix (or one object, for data) unless the cache has them by name, ETag and size.
 *
 * @returns where they are on this machine, and the URI without slashes at its end
 * @throws OminusError `FILE_NOT_FOUND` when there is nothing, `USAGE`, `STORE_DENIED`, `STORE_UNREACHABLE`,
 *   `SOURCE_CHANGED`
 */
export async function resolveS3Source(
  uri: string,
  kind: SourceKind,
  options: S3SourceOptions = {},
): Promise<{ readonly path: string; readonly uri: string }> {
  const env = options.env ?? process.env;
  const { bucket, prefix } = parseS3Uri(uri);
  const client = createS3Client({ env, ...(options.limits && { limits: options.limits }) });
  try {
    const objects =
      kind === 'data' ? await oneObject(client, bucket, prefix) : await objectsBelow(client, bucket, prefix, kind);
    const listing = objects.map(({ name, etag, sizeBytes }) => [name, etag, sizeBytes]);
    const place = digestOfJson({ endpoint: s3Endpoint(env) ?? 'aws', bucket, prefix, listing });
    const files = objects.map((object) => remoteFile(client, bucket, object));
    const folder = await cachedDownload(join(cacheFolder(env), 's3', place.slice(7)), files, options.onProgress);
    return { path: kind === 'data' ? join(folder, basename(prefix)) : folder, uri: `s3://${bucket}/${prefix}` };
  } finally {
    client.destroy();
  }
}

async function oneObject(client: S3Client, bucket: string, key: string): Promise<readonly S3Object[]> {
  const name = basename(key);
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (!isSafeRelativeName(name)) {
      throw unsafeName(bucket, key);
    }
    return [{ key, name, etag: head.ETag ?? '', sizeBytes: head.ContentLength ?? 0 }];
  } catch (error) {
    if (!isNoSuchKey(error)) {
      throw s3Error(`cannot find [bucket=${bucket}, key=${key}]`, error);
    }
  }
  // A 404 to HEAD may also mean a wrong access key or bucket; listing tells them apart by throwing.
  await objectsBelow(client, bucket, key, 'data');
  throw notFound(`s3://${bucket}/${key}`, 'file');
}

async function objectsBelow(
  client: S3Client,
  bucket: string,
  prefix: string,
  kind: SourceKind,
): Promise<readonly S3Object[]> {
  const folder = prefix === '' ? '' : `${prefix}/`;
  const objects: S3Object[] = [];
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder })) {
      for (const { Key: key = '', ETag: etag = '', Size: sizeBytes = 0 } of page.Contents ?? []) {
        const name = key.slice(folder.length);
        if (name !== '' && !name.endsWith('/') && isWantedFile(kind, name)) {
          if (!isSafeRelativeName(name)) {
            throw unsafeName(bucket, key);
          }
          objects.push({ key, name, etag, sizeBytes });
        }
      }
    }
  } catch (error) {
    throw s3Error(`cannot list [bucket=${bucket}, prefix=${folder}]`, error);
  }
  if (objects.length === 0) {
    throw notFound(`s3://${bucket}/${prefix}`, kind);
  }
  return objects;
}

function remoteFile(client: S3Client, bucket: string, object: S3Object): RemoteFile {
  const { key, name, etag, sizeBytes } = object;
  return {
    name,
    sizeBytes,
    async read(offset) {
      try {
        const answer = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            IfMatch: etag,
            // The checksum is over the whole object, so only a whole answer can be checked.
            ...(offset === 0 ? { ChecksumMode: 'ENABLED' } : { Range: `bytes=${String(offset)}-` }),
          }),
        );
        return answer.Body as AsyncIterable<Uint8Array>; // on Node the SDK's body is a Readable
      } catch (error) {
        if (httpStatus(error) === 412 || isNoSuchKey(error)) {
          throw new OminusError('SOURCE_CHANGED', {
            message: `an object changed while it was fetched [bucket=${bucket}, key=${key}]`,
            hint: 'Run the same command again once nothing writes to it.',
          });
        }
        throw s3Error(`cannot read [bucket=${bucket}, key=${key}]`, error);
      }
    },
  };
}

function notFound(uri: string, what: string): OminusError {
  return new OminusError('FILE_NOT_FOUND', {
    message: `no ${what} here [uri=${uri}]`,
    hint: 'Correct the bucket and the prefix; adapters and models are folders, data is one object.',
  });
}

function unsafeName(bucket: string, key: string): OminusError {
  return new OminusError('DATA_INVALID', {
    message: `a key points outside its folder [bucket=${bucket}, key=${JSON.stringify(key)}]`,
    hint: 'Rename the object.',
  });
}
