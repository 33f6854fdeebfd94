/** Digests: sha256 over bytes, or over canonical JSON (RFC 8785). */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { OminusError } from './errors.js';

declare const digestBrand: unique symbol;
/** `sha256:` and 64 hexadecimal digits. */
export type Digest = string & { readonly [digestBrand]: true };

const PATTERN = /^sha256:[0-9a-f]{64}$/;

/** Whether the text is a digest. */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/**
 * The only way from text to a {@link Digest}.
 *
 * @throws OminusError `DIGEST_MISMATCH` when the text is not one
 */
export function toDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new OminusError('DIGEST_MISMATCH', {
      message: `not a digest: "${text.slice(0, 80)}"`,
      hint: 'Write sha256: and 64 hexadecimal digits.',
    });
  }
  return text;
}

/** The digest of bytes, or of the UTF-8 bytes of a text. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Canonical JSON (RFC 8785): the same value gives the same text, whatever the order of keys. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) {
    throw new OminusError('INTERNAL', { message: 'a value without a JSON form cannot be digested' });
  }
  return text;
}

/** The digest of a value's canonical JSON. */
export function digestOfJson(value: Json): Digest {
  return digestOf(canonicalJson(value));
}

/** The first 12 hexadecimal digits, for people. */
export function shortDigest(digest: Digest): string {
  return digest.slice(7, 19);
}
