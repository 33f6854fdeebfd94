/** The store: one small port over bytes (local disk, S3), and content-addressed artifacts on top of it. */
import type { Readable } from 'node:stream';
import type { Digest, Json } from '../../core/digest.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Size and time of a stored blob. */
export interface BlobInfo {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** What may be stored: bytes, or a stream whose size is known. */
export type BlobBody = Uint8Array | { readonly stream: Readable; readonly sizeBytes: number };

/**
 * The port. Names are relative, `/`-separated, of ASCII letters, digits and `_ . ~ = -`, no part beginning with a dot
 * (blob-name.ts); no name is a folder of another (`a` beside `a/b`). One contract test suite runs against every
 * implementation. Every method throws OminusError `STORE_UNREACHABLE` (worth another try) or `STORE_DENIED`.
 */
export interface BlobStore {
  /** `file:///…` or `s3://bucket/prefix`; never with secrets. */
  readonly uri: string;
  /**
   * Stores a blob atomically: readers see all of it or nothing, also after a crash.
   *
   * @returns `exists` when `ifAbsent` is set and the name is taken (nothing is changed then), else `written`
   */
  put(name: string, body: BlobBody, options?: { readonly ifAbsent?: boolean }): Promise<'written' | 'exists'>;
  /**
   * The whole blob, or undefined when there is none. Only a definite "not there" is undefined; everything else throws.
   *
   * @throws OminusError `ARTIFACT_DAMAGED` when the store itself knows that these are not the bytes that were put
   */
  get(name: string): Promise<Uint8Array | undefined>;
  /** A stream over the blob, or undefined when there is none. */
  stream(name: string): Promise<Readable | undefined>;
  stat(name: string): Promise<BlobInfo | undefined>;
  /** All blobs whose name begins with the prefix, in order of their names. */
  list(prefix: string): AsyncIterable<BlobInfo>;
  /** Removes a blob; no error when there is none. */
  remove(name: string): Promise<void>;
  /** Moves a blob out of the way (under `damaged/`), so that it can be looked at and made again. */
  setAside(name: string): Promise<void>;
  /** What writers that died have left behind; never visible as blobs. Names are opaque, for `removeLeftover`. */
  leftovers(): AsyncIterable<BlobInfo>;
  removeLeftover(name: string): Promise<void>;
}

/** What is kept about a finished node: its artifacts by role, and small facts. Lies under the node's key. */
export interface NodeRecord {
  readonly key: Digest;
  readonly kind: string;
  readonly artifacts: Readonly<Record<string, ArtifactRef>>;
  /** Small facts that a plan or a progress line wants without opening artifacts (under 64 KiB). */
  readonly summary: Readonly<Record<string, Json>>;
  readonly createdAt: string;
  /**
   * Of what was computed from made leaves: digest of each leaf's tensors as they were then, by the key of the node that makes it. Absent
   * where there are none, as in every record of 0.1.0.
   */
  readonly made?: Readonly<Record<Digest, Digest>>;
}

/** Artifacts, node records, shards and run records over a {@link BlobStore}. */
export interface ArtifactStore {
  /** Names the store in task queues; equal for equal places. */
  readonly id: string;
  readonly blobs: BlobStore;
  /** Stores bytes under their digest; once is enough. */
  putArtifact(bytes: Uint8Array): Promise<ArtifactRef>;
  /**
   * @throws OminusError `ARTIFACT_DAMAGED` when it is missing or its bytes have another digest (the blob is set aside)
   */
  getArtifact(ref: ArtifactRef): Promise<Uint8Array>;
  /** The record of a finished node, or undefined; a record that cannot be read is set aside and counts as absent. */
  getNode(key: Digest): Promise<NodeRecord | undefined>;
  /** Writes a node's record after its artifacts; the first writer wins. Returns the record that is in the store. */
  putNode(record: NodeRecord): Promise<NodeRecord>;
  /** Removes a node's record (its artifacts were damaged), so that it is computed again. */
  forgetNode(key: Digest): Promise<void>;
  /** Partial results of a long node: shard by number. Damaged shards are set aside and count as absent. */
  putShard(key: Digest, shard: number, bytes: Uint8Array): Promise<void>;
  getShard(key: Digest, shard: number): Promise<Uint8Array | undefined>;
  /** Numbers of the shards that exist, ascending. */
  listShards(key: Digest): Promise<readonly number[]>;
  removeShards(key: Digest): Promise<void>;
  /** A run's record: JSON under runs/<name>/<runId>; the roots of garbage collection. */
  putRun(name: string, runId: string, record: Json, options?: { readonly ifAbsent?: boolean }): Promise<void>;
  getRun(name: string, runId: string): Promise<Json | undefined>;
  listRuns(): Promise<readonly { readonly name: string; readonly runId: string; readonly modifiedMs: number }[]>;
}
