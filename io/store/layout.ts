/** The layout of a store. One place knows all names; garbage collection reads them back. */
import { isDigest, toDigest, type Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';

/** Folders at the top of a store. */
export const FOLDERS = {
  objects: 'objects/sha256/',
  nodes: 'nodes/',
  shards: 'shards/',
  runs: 'runs/',
  made: 'made/',
  damaged: 'damaged/',
} as const;

/** The blob that says which layout this is, and gives the store its identity. */
export const STORE_RECORD = 'store.json';

/** `objects/sha256/ab/abcd…`: two levels, since some file systems are slow with very large folders. */
export function objectName(digest: Digest): string {
  const hex = hexOf(digest);
  return `${FOLDERS.objects}${hex.slice(0, 2)}/${hex}`;
}

/** `nodes/ab/abcd….json` */
export function nodeName(key: Digest): string {
  const hex = hexOf(key);
  return `${FOLDERS.nodes}${hex.slice(0, 2)}/${hex}.json`;
}

/** `made/ab/abcd….json`: what a made leaf was when it was first made under a key. Never collected. */
export function madeName(key: Digest): string {
  const hex = hexOf(key);
  return `${FOLDERS.made}${hex.slice(0, 2)}/${hex}.json`;
}

/** The key that the record of a made leaf is stored under, or undefined. */
export function keyOfMadeName(name: string): Digest | undefined {
  return digestFrom(/^made\/[0-9a-f]{2}\/([0-9a-f]{64})\.json$/.exec(name));
}

/** `shards/abcd…/`, a prefix. */
export function shardFolder(key: Digest): string {
  return `${FOLDERS.shards}${hexOf(key)}/`;
}

/** `shards/abcd…/17` */
export function shardName(key: Digest, shard: number): string {
  return `${shardFolder(key)}${String(shard)}`;
}

/** `runs/<name>/<runId>.json` */
export function runName(name: string, runId: string): string {
  return `${FOLDERS.runs}${encodePart(name)}/${encodePart(runId)}.json`;
}

/** The digest that an object is stored under, or undefined for a name that is not an object's. */
export function digestOfObjectName(name: string): Digest | undefined {
  return digestFrom(/^objects\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(name));
}

/** The key that a node record is stored under, or undefined. */
export function keyOfNodeName(name: string): Digest | undefined {
  return digestFrom(/^nodes\/[0-9a-f]{2}\/([0-9a-f]{64})\.json$/.exec(name));
}

/** Key and number of a shard, or undefined. */
export function shardOfName(name: string): { readonly key: Digest; readonly shard: number } | undefined {
  const match = /^shards\/([0-9a-f]{64})\/(\d{1,15})$/.exec(name);
  const key = digestFrom(match);
  return key === undefined ? undefined : { key, shard: Number(match?.[2]) };
}

/** Name and id of a run, or undefined. */
export function runOfName(name: string): { readonly name: string; readonly runId: string } | undefined {
  const match = /^runs\/([^/]+)\/([^/]+)\.json$/.exec(name);
  return match === null ? undefined : { name: decodePart(match[1] ?? ''), runId: decodePart(match[2] ?? '') };
}

/** Longest encoded run name or id; leaves room for `.json` within a file name's 255 bytes. */
const MAX_ENCODED_LENGTH = 240;

/**
 * Any text as one part of a blob's name: letters, digits, `_`, `-` and inner dots stay, every other UTF-8 byte becomes
 * `~` and two hexadecimal digits (`~` is not percent-encoded on its way to an object store, `%` would be, twice).
 *
 * @throws OminusError `USAGE` for an empty text and for one that gets too long
 */
export function encodePart(text: string): string {
  const encoded = Array.from(Buffer.from(text, 'utf8'), (byte, i) => {
    const character = String.fromCharCode(byte);
    const stays = /[A-Za-z0-9_-]/.test(character) || (character === '.' && i > 0);
    return stays ? character : `~${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  if (encoded === '' || encoded.length > MAX_ENCODED_LENGTH) {
    throw new OminusError('USAGE', {
      message: `not a valid run name [name=${JSON.stringify(text.slice(0, 80))}, length=${String(encoded.length)}]`,
      hint: 'Give the spec a shorter name.',
    });
  }
  return encoded;
}

/** The inverse of {@link encodePart}. */
export function decodePart(encoded: string): string {
  const binary = encoded.replace(/~([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1').toString('utf8');
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

function digestFrom(match: RegExpExecArray | null): Digest | undefined {
  const text = `sha256:${match?.[1] ?? ''}`;
  return isDigest(text) ? toDigest(text) : undefined;
}
