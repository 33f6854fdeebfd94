/** What of the outside world a plan refers to: folders and files by digest, and artifacts of the store. */
import type { Digest } from './digest.js';

/** A folder of the outside world that was resolved and digested when the plan was made. */
export interface SourceRef {
  /** As a user would write it: an absolute path or `s3://bucket/prefix` or `hf://owner/name@revision`; never with secrets. */
  readonly uri: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** An adapter of the spec, resolved. */
export interface AdapterRef extends SourceRef {
  readonly name: string;
}

/** The base model, resolved. */
export interface ModelRef extends SourceRef {
  readonly name: string;
}

/** Digests of sources, by the same names. */
export function digestsOf(sources: Readonly<Record<string, SourceRef>>): Readonly<Record<string, Digest>> {
  return Object.fromEntries(Object.entries(sources).map(([name, { digest }]) => [name, digest]));
}
