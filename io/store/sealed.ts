/** Blobs that are not content-addressed carry their own digest, so that damage is noticed in them too. */
import { createHash } from 'node:crypto';
import { canonicalJson, digestOfJson, type Json } from '../../core/digest.js';

const DIGEST_BYTES = 32;

/** `sha256 ‖ bytes`. */
export function sealBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([sha256(bytes), bytes]);
}

/** What was sealed, or undefined when it is damaged. */
export function openBytes(sealed: Uint8Array | 'damaged'): Uint8Array | undefined {
  if (sealed === 'damaged') {
    return undefined;
  }
  const bytes = sealed.subarray(DIGEST_BYTES);
  return sealed.byteLength >= DIGEST_BYTES && sha256(bytes).equals(sealed.subarray(0, DIGEST_BYTES))
    ? bytes
    : undefined;
}

/** `{"digest": …, "value": …}` as canonical JSON, with a digest over the value. */
export function sealJson(value: Json): Uint8Array {
  return Buffer.from(`${canonicalJson({ digest: digestOfJson(value), value })}\n`);
}

/** The value that was sealed, or undefined when it is damaged. */
export function openJson(sealed: Uint8Array | 'damaged'): Json | undefined {
  if (sealed === 'damaged') {
    return undefined;
  }
  try {
    const parsed = JSON.parse(Buffer.from(sealed).toString('utf8')) as Json; // JSON.parse gives JSON
    const value = jsonProperty(parsed, 'value');
    return value !== undefined && jsonProperty(parsed, 'digest') === digestOfJson(value) ? value : undefined;
  } catch {
    // Not JSON, or with a number that JSON can write and a double cannot hold.
    return undefined;
  }
}

/** A property of a JSON object, or undefined for anything that is not an object or has no such property. */
export function jsonProperty(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, Json | undefined>>)[key] // narrowed above; TypeScript keeps readonly arrays
    : undefined;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
