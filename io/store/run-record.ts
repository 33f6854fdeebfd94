/** What a run's record says: enough to find its report, and to keep what it refers to from being collected. */
import { isDigest, type Digest, type Json } from '../../core/digest.js';
import { readJsonArtifact } from './json-artifact.js';
import { artifactRefFromJson } from './node-record.js';
import { jsonProperty } from './sealed.js';
import type { ArtifactStore } from './types.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';
import type { FailureReason, RunEnd } from '../../core/plan/run-end.js';

/** The record of a run; written before its first node, and again when it has finished. */
export interface RunRecord {
  readonly state: 'running' | 'finished';
  /** Keys of all nodes of the plan, stored or not yet. */
  readonly nodes: readonly Digest[];
  /** Artifacts that no node refers to: the plan, the report. */
  readonly artifacts: readonly ArtifactRef[];
  /** Artifacts that are JSON arrays of keys of further nodes: the points of a sweep, too many to be written here each time. */
  readonly nodeLists?: readonly ArtifactRef[];
  readonly plan: ArtifactRef;
  readonly planDigest: Digest;
  readonly report?: ArtifactRef;
  /** How it ended without a report; `state` then still says `running`, for older versions. */
  readonly end?: RunEnd;
}

/** The record in a JSON value, or undefined when it is anything else. */
export function toRunRecord(value: Json | undefined): RunRecord | undefined {
  const state = jsonProperty(value, 'state');
  const nodes = allOf(jsonProperty(value, 'nodes'), digestFromJson);
  const artifacts = allOf(jsonProperty(value, 'artifacts'), artifactRefFromJson);
  const plan = artifactRefFromJson(jsonProperty(value, 'plan'));
  const planDigest = digestFromJson(jsonProperty(value, 'planDigest'));
  const report = artifactRefFromJson(jsonProperty(value, 'report'));
  const end = runEndFromJson(jsonProperty(value, 'end'));
  const lists = jsonProperty(value, 'nodeLists');
  const nodeLists = lists === undefined ? [] : allOf(lists, artifactRefFromJson);
  return (state === 'running' || state === 'finished') && nodes && artifacts && plan && planDigest && nodeLists
    ? {
        state,
        nodes,
        artifacts,
        plan,
        planDigest,
        ...(nodeLists.length === 0 ? {} : { nodeLists }),
        ...(report === undefined ? {} : { report }),
        ...(end === undefined ? {} : { end }),
      }
    : undefined;
}

/** What is not as it should be is left out: nothing depends on it. */
function runEndFromJson(value: Json | undefined): RunEnd | undefined {
  const state = jsonProperty(value, 'state');
  const endedAt = jsonProperty(value, 'endedAt');
  const failures = jsonProperty(value, 'failures');
  const reasons = allOf(jsonProperty(value, 'reasons'), reasonFromJson);
  return (state === 'failed' || state === 'cancelled') &&
    typeof endedAt === 'string' &&
    typeof failures === 'number' &&
    reasons !== undefined
    ? { state, endedAt, failures, reasons }
    : undefined;
}

function reasonFromJson(value: Json | undefined): FailureReason | undefined {
  const text = (name: string): string => {
    const property = jsonProperty(value, name);
    return typeof property === 'string' ? property : '';
  };
  const host = text('host');
  return {
    what: text('what'),
    code: text('code'),
    message: text('message'),
    hint: text('hint'),
    ...(host === '' ? {} : { host }),
  };
}

/**
 * Keys of all nodes that a run refers to.
 *
 * @throws OminusError `ARTIFACT_DAMAGED` when a list of them is gone: what the run refers to is then unknown
 */
export async function nodesOfRun(store: ArtifactStore, { nodes, nodeLists = [] }: RunRecord): Promise<Set<Digest>> {
  const all = new Set(nodes);
  for (const list of nodeLists) {
    for (const key of await readJsonArtifact<readonly Digest[]>(store, list)) {
      all.add(key);
    }
  }
  return all;
}

/** All elements of a JSON array, or undefined when it is no array or one element is not what it should be. */
function allOf<T>(
  value: Json | undefined,
  read: (element: Json | undefined) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const elements: T[] = [];
  for (const element of value as readonly Json[]) {
    const item = read(element);
    if (item === undefined) {
      return undefined;
    }
    elements.push(item);
  }
  return elements;
}

function digestFromJson(value: Json | undefined): Digest | undefined {
  return typeof value === 'string' && isDigest(value) ? value : undefined;
}
