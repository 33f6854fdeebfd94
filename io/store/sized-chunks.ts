/** Streams whose size was promised. */
import { OminusError } from '../../core/errors.js';
import type { BlobBody } from './types.js';

/** The size of a body, in bytes. */
export function bodySize(body: BlobBody): number {
  return body instanceof Uint8Array ? body.byteLength : body.sizeBytes;
}

/** Ends a stream that will not be read. */
export function discardBody(body: BlobBody): void {
  if (!(body instanceof Uint8Array)) {
    body.stream.destroy();
  }
}

/**
 * The chunks of a stream.
 *
 * @throws OminusError `SOURCE_CHANGED` when there turn out to be more or fewer bytes than promised, so that no store
 *   ever keeps half of a file that was being written
 */
export async function* sizedChunks(body: Exclude<BlobBody, Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body.stream as AsyncIterable<unknown>) {
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    size += bytes.byteLength;
    if (size > body.sizeBytes) {
      break;
    }
    yield bytes;
  }
  if (size !== body.sizeBytes) {
    const got = size > body.sizeBytes ? 'more' : String(size);
    throw new OminusError('SOURCE_CHANGED', {
      message: `a stream did not have its declared size [expected=${String(body.sizeBytes)} bytes, got=${got}]`,
      hint: 'Make sure that nothing changes the file while it is stored.',
    });
  }
}
