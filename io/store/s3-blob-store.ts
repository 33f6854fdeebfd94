/** A prefix of an S3 bucket as a {@link BlobStore}. */
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { errorMessage, OminusError } from '../../core/errors.js';
import { checkBlobName, checkBlobPrefix, damagedName } from './blob-name.js';
import { createS3Client, httpStatus, isNoSuchKey, parseS3Uri, s3Error, type S3Options } from './s3-client.js';
import { putInParts, putWhole } from './s3-write.js';
import { bodySize, discardBody } from './sized-chunks.js';
import type { BlobBody, BlobInfo, BlobStore } from './types.js';

/** Parts of uploads, in bytes: small enough to be sent again after an error, S3 allows no less than 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** A connection may break in the middle of an answer, where the SDK no longer tries again. */
const READ_ATTEMPTS = 4;

/** Options of an {@link S3BlobStore}. */
export interface S3BlobStoreOptions extends S3Options {
  /** At least 5 MiB. */
  readonly partBytes?: number;
}

/** Blobs are objects below a prefix. Bytes carry SHA-256 checksums in both directions. */
export class S3BlobStore implements BlobStore {
  readonly uri: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  /** Empty, or with a slash at its end. */
  readonly #prefix: string;
  readonly #partBytes: number;

  constructor(uri: string, options: S3BlobStoreOptions = {}) {
    const { bucket, prefix } = parseS3Uri(uri);
    this.#client = createS3Client(options);
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.#partBytes = options.partBytes ?? PART_BYTES;
    this.uri = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  }

  /**
   * An answer that got lost makes the client ask again; of a conditional write that had succeeded it then hears
   * `exists`. So `written` is certain, and `exists` means that the blob is there.
   */
  async put(
    name: string,
    body: BlobBody,
    options: { readonly ifAbsent?: boolean } = {},
  ): Promise<'written' | 'exists'> {
    const ifAbsent = options.ifAbsent ?? false;
    const isLarge = bodySize(body) > this.#partBytes;
    checkBlobName(name);
    try {
      // Only saves sending; the server decides between concurrent writers.
      if (ifAbsent && isLarge && (await this.stat(name)) !== undefined) {
        discardBody(body);
        return 'exists';
      }
      const write = { client: this.#client, ...this.#target(name), ifAbsent };
      await (isLarge ? putInParts(write, body, this.#partBytes) : putWhole(write, body));
      return 'written';
    } catch (error) {
      discardBody(body);
      if (ifAbsent && (await this.#lostTheRace(name, error))) {
        return 'exists';
      }
      throw this.#error('write', name, error);
    }
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#open(name);
      if (answer?.Body === undefined) {
        return undefined;
      }
      try {
        return await answer.Body.transformToByteArray();
      } catch (error) {
        if (attempt === READ_ATTEMPTS) {
          throw this.#readError(name, error);
        }
      }
    }
  }

  /** The stream ends with an error when the connection breaks or the checksum is wrong. */
  async stream(name: string): Promise<Readable | undefined> {
    const answer = await this.#open(name);
    if (answer?.Body === undefined) {
      return undefined;
    }
    const chunks = answer.Body as Readable; // on Node the SDK's body is a Readable
    const toError = (error: unknown): OminusError => this.#readError(name, error);
    return Readable.from(
      (async function* () {
        try {
          yield* chunks as AsyncIterable<Uint8Array>; // without an encoding a Readable gives bytes
        } catch (error) {
          throw toError(error);
        }
      })(),
      { objectMode: false },
    );
  }

  async stat(name: string): Promise<BlobInfo | undefined> {
    checkBlobName(name);
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#target(name)));
      return { name, sizeBytes: head.ContentLength ?? 0, modifiedMs: head.LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (!isNoSuchKey(error)) {
        throw this.#error('look for', name, error);
      }
    }
    // A 404 to HEAD does not say what is missing: it may be the access key or the bucket. GET says it.
    const answer = await this.#open(name, 'bytes=0-0');
    (answer?.Body as Readable | undefined)?.destroy();
    return undefined;
  }

  async *list(prefix: string): AsyncGenerator<BlobInfo> {
    checkBlobPrefix(prefix);
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: this.#prefix + prefix },
    );
    try {
      for await (const page of pages) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) {
            yield {
              name: Key.slice(this.#prefix.length),
              sizeBytes: Size ?? 0,
              modifiedMs: LastModified?.getTime() ?? 0,
            };
          }
        }
      }
    } catch (error) {
      throw this.#error('list', prefix, error);
    }
  }

  async remove(name: string): Promise<void> {
    checkBlobName(name);
    try {
      await this.#client.send(new DeleteObjectCommand(this.#target(name)));
    } catch (error) {
      if (!isNoSuchKey(error)) {
        throw this.#error('remove', name, error);
      }
    }
  }

  async setAside(name: string): Promise<void> {
    checkBlobName(name);
    const source = [this.#bucket, ...`${this.#prefix}${name}`.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.#client.send(new CopyObjectCommand({ ...this.#target(damagedName(name)), CopySource: source }));
    } catch (error) {
      if (isNoSuchKey(error)) {
        return;
      }
      throw this.#error('set aside', name, error);
    }
    await this.remove(name);
  }

  /** Uploads in parts that were neither completed nor aborted. Their size is not known; the name holds the upload's id. */
  async *leftovers(): AsyncGenerator<BlobInfo> {
    let from: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
    while (from !== undefined) {
      const page = await this.#uploadsAfter(from);
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Key?.startsWith(this.#prefix) === true && UploadId !== undefined) {
          yield { name: `${UploadId} ${Key}`, sizeBytes: 0, modifiedMs: Initiated?.getTime() ?? 0 };
        }
      }
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      from =
        page.IsTruncated === true && KeyMarker !== undefined && UploadIdMarker !== undefined
          ? { KeyMarker, UploadIdMarker }
          : undefined;
    }
  }

  async removeLeftover(name: string): Promise<void> {
    const [UploadId, Key] = [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)];
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId }));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NoSuchUpload')) {
        throw this.#error('abort an upload of', Key, error);
      }
    }
  }

  async #uploadsAfter(from: { readonly KeyMarker?: string; readonly UploadIdMarker?: string }) {
    try {
      return await this.#client.send(
        new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: this.#prefix, ...from }),
      );
    } catch (error) {
      throw this.#error('list uploads of', '', error);
    }
  }

  /** 412: the name was taken. 409, or an upload that has gone: another writer was in the middle of it, so look. */
  async #lostTheRace(name: string, error: unknown): Promise<boolean> {
    const status = httpStatus(error);
    if (status === 412) {
      return true;
    }
    const isConflict = status === 409 || (error instanceof Error && error.name === 'NoSuchUpload');
    return isConflict && (await this.stat(name)) !== undefined;
  }

  async #open(name: string, range?: string): Promise<GetObjectCommandOutput | undefined> {
    checkBlobName(name);
    try {
      return await this.#client.send(
        new GetObjectCommand({
          ...this.#target(name),
          ...(range === undefined ? { ChecksumMode: 'ENABLED' } : { Range: range }),
        }),
      );
    } catch (error) {
      if (isNoSuchKey(error)) {
        return undefined;
      }
      throw this.#error('read', name, error);
    }
  }

  #target(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }

  #readError(name: string, error: unknown): OminusError {
    return errorMessage(error).startsWith('Checksum mismatch')
      ? new OminusError('ARTIFACT_DAMAGED', {
          message: `a blob is damaged [bucket=${this.#bucket}, key=${this.#prefix}${name}]: ${errorMessage(error)}`,
          hint: 'Run the same command again: it will be recomputed.',
        })
      : this.#error('read', name, error);
  }

  #error(action: string, name: string, error: unknown): OminusError {
    return s3Error(`cannot ${action} the store [bucket=${this.#bucket}, key=${this.#prefix}${name}]`, error);
  }
}
