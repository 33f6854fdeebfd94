/** Names of blobs: safe as paths of any file system and as keys of any object store. */
import { OminusError } from '../../core/errors.js';

/** One part of a name. It does not begin with a dot, so `.` and `..` are out, and hidden names are free for temporaries. */
const PART = /^[A-Za-z0-9_~-][A-Za-z0-9_.~=-]*$/;
/** Longest part: what Linux file systems allow. */
const MAX_PART_LENGTH = 255;
/** Longest name: S3 allows 1024 bytes for a key; the rest is for the user's prefix. */
const MAX_NAME_LENGTH = 700;

/**
 * Checks the name of a blob.
 *
 * @throws OminusError `INTERNAL` when it is empty, too long, absolute, or could escape from its folder
 */
export function checkBlobName(name: string): void {
  if (
    name.length > MAX_NAME_LENGTH ||
    !name.split('/').every((part) => PART.test(part) && part.length <= MAX_PART_LENGTH)
  ) {
    throw new OminusError('INTERNAL', {
      message: `not a valid name in the store [name=${JSON.stringify(name.slice(0, 200))}]`,
    });
  }
}

/**
 * Checks a prefix for listing: the beginning of a name, or empty.
 *
 * @throws OminusError `INTERNAL` when no name can begin like this
 */
export function checkBlobPrefix(prefix: string): void {
  if (prefix !== '') {
    checkBlobName(prefix.endsWith('/') ? `${prefix}x` : prefix);
  }
}

/** Where {@link BlobStore.setAside} puts a blob: under the same name, so that its origin can be read off. */
export function damagedName(name: string): string {
  return `damaged/${name}`;
}
