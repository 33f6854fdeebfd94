/** Node records as JSON, checked when they come back. */
import { canonicalJson, isDigest, type Digest, type Json } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { jsonProperty } from './sealed.js';
import type { NodeRecord } from './types.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Summaries travel in plans and progress lines; 64 KiB is well under what a Temporal payload may hold. */
const MAX_SUMMARY_BYTES = 65_536;

/**
 * A record as JSON.
 *
 * @throws OminusError `INTERNAL` when the summary is larger than 64 KiB
 */
export function nodeRecordToJson(record: NodeRecord): Json {
  const { key, kind, createdAt } = record;
  const size = Buffer.byteLength(canonicalJson(record.summary));
  if (size > MAX_SUMMARY_BYTES) {
    throw new OminusError('INTERNAL', {
      message: `a node's summary is too large [kind=${kind}, key=${key}]: ${String(size)} of ${String(MAX_SUMMARY_BYTES)} bytes`,
    });
  }
  const artifacts = Object.fromEntries(
    Object.entries(record.artifacts).map(([role, { digest, sizeBytes }]) => [role, { digest, sizeBytes }]),
  );
  const made = record.made === undefined ? {} : { made: { ...record.made } };
  return { key, kind, artifacts, summary: record.summary, createdAt, ...made };
}

/** The record in a JSON value, or undefined unless it is a whole and valid record of this key. */
export function nodeRecordFromJson(value: Json, key: Digest): NodeRecord | undefined {
  const kind = jsonProperty(value, 'kind');
  const createdAt = jsonProperty(value, 'createdAt');
  const summary = jsonObject(jsonProperty(value, 'summary'));
  const artifacts = artifactsFromJson(jsonObject(jsonProperty(value, 'artifacts')));
  const made = madeFromJson(jsonObject(jsonProperty(value, 'made')) ?? {});
  return jsonProperty(value, 'key') === key &&
    typeof kind === 'string' &&
    typeof createdAt === 'string' &&
    summary !== undefined &&
    artifacts !== undefined &&
    made !== undefined
    ? { key, kind, artifacts, summary, createdAt, ...(Object.keys(made).length === 0 ? {} : { made }) }
    : undefined;
}

/** A reference to an artifact in a JSON value, or undefined. */
export function artifactRefFromJson(value: Json | undefined): ArtifactRef | undefined {
  const digest = jsonProperty(value, 'digest');
  const sizeBytes = jsonProperty(value, 'sizeBytes');
  return typeof digest === 'string' && isDigest(digest) && typeof sizeBytes === 'number'
    ? { digest, sizeBytes }
    : undefined;
}

function artifactsFromJson(
  value: Readonly<Record<string, Json>> | undefined,
): Readonly<Record<string, ArtifactRef>> | undefined {
  if (value === undefined) {
    return undefined;
  }
  const artifacts: Record<string, ArtifactRef> = {};
  for (const [role, ref] of Object.entries(value)) {
    const artifact = artifactRefFromJson(ref);
    if (artifact === undefined) {
      return undefined;
    }
    artifacts[role] = artifact;
  }
  return artifacts;
}

function madeFromJson(value: Readonly<Record<string, Json>>): Readonly<Record<Digest, Digest>> | undefined {
  const made: Record<Digest, Digest> = {};
  for (const [key, digest] of Object.entries(value)) {
    if (!isDigest(key) || typeof digest !== 'string' || !isDigest(digest)) {
      return undefined;
    }
    made[key] = digest;
  }
  return made;
}

function jsonObject(value: Json | undefined): Readonly<Record<string, Json>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>) // narrowed above; a parsed object has no undefined members
    : undefined;
}
