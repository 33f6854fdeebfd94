/** Writing one object to S3: at once, or in parts. Both are atomic, both may be told to leave an existing object alone. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { httpStatus } from './s3-client.js';
import { bodySize, sizedChunks } from './sized-chunks.js';
import type { BlobBody } from './types.js';

/** Where to write, and whether an existing object stays (the request then fails with 412). */
export interface S3Write {
  readonly client: S3Client;
  readonly Bucket: string;
  readonly Key: string;
  readonly ifAbsent: boolean;
}

/** S3 allows so many parts; beyond 80 GB the parts grow. */
const MAX_PARTS = 10_000;
/** Conflicts between writers last for milliseconds. */
const CONFLICT_ATTEMPTS = 8;
const CONFLICT_DELAY_MS = 10;

/** One request. A stream is read first: a request that can be repeated needs its bytes at hand. */
export async function putWhole({ client, Bucket, Key, ifAbsent }: S3Write, body: BlobBody): Promise<void> {
  const bytes = body instanceof Uint8Array ? body : await readAll(sizedChunks(body));
  const command = new PutObjectCommand({
    Bucket,
    Key,
    Body: bytes,
    ContentLength: bytes.byteLength,
    ChecksumAlgorithm: 'SHA256',
    ...(ifAbsent && { IfNoneMatch: '*' }),
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(command);
      return;
    } catch (error) {
      // 409: another writer or remover is at it in this moment. The SDK does not try again by itself.
      if (httpStatus(error) !== 409 || attempt === CONFLICT_ATTEMPTS) {
        throw error;
      }
      await delay(CONFLICT_DELAY_MS * 2 ** attempt * Math.random());
    }
  }
}

/**
 * A multipart upload. `Upload` aborts what it began when a part, the source or the conditional completion fails.
 *
 * @param partBytes - at least 5 MiB
 */
export async function putInParts(
  { client, Bucket, Key, ifAbsent }: S3Write,
  body: BlobBody,
  partBytes: number,
): Promise<void> {
  const upload = new Upload({
    client,
    partSize: Math.max(partBytes, Math.ceil(bodySize(body) / MAX_PARTS)),
    params: {
      Bucket,
      Key,
      Body: body instanceof Uint8Array ? body : Readable.from(sizedChunks(body), { objectMode: false }),
      ChecksumAlgorithm: 'SHA256',
      ...(ifAbsent && { IfNoneMatch: '*' }),
    },
  });
  await upload.done();
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) {
    all.push(chunk);
  }
  return Buffer.concat(all);
}
