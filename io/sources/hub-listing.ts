/** What the hub says about one revision of a repository. */
import type { Json } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { jsonProperty } from '../store/sealed.js';

/** A file of the repository. */
export interface HubFile {
  /** As listed; not yet known to be safe. */
  readonly name: string;
  readonly sizeBytes: number;
  /** 64 hexadecimal digits, of large files. */
  readonly sha256: string | undefined;
}

/** One commit. */
export interface HubListing {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/**
 * Reads the answer of `/api/models/{repository}/revision/{revision}?blobs=true`.
 *
 * @throws OminusError `DATA_INVALID` when it is something else
 */
export function readHubListing(text: string, uri: string): HubListing {
  const value = parse(text);
  const commit = jsonProperty(value, 'sha');
  const siblings = jsonProperty(value, 'siblings');
  if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit) || !Array.isArray(siblings)) {
    throw invalid(uri);
  }
  return {
    commit,
    files: (siblings as readonly Json[]).map((sibling) => {
      const name = jsonProperty(sibling, 'rfilename');
      const sizeBytes = jsonProperty(sibling, 'size');
      const sha256 = jsonProperty(jsonProperty(sibling, 'lfs'), 'sha256');
      if (typeof name !== 'string' || typeof sizeBytes !== 'number') {
        throw invalid(uri);
      }
      return {
        name,
        sizeBytes,
        sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
      };
    }),
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json; // JSON.parse gives JSON
  } catch {
    return null;
  }
}

function invalid(uri: string): OminusError {
  return new OminusError('DATA_INVALID', {
    message: `the hub's answer is not a list of files [uri=${uri}]`,
    hint: 'Check that HF_ENDPOINT names a Hugging Face hub.',
  });
}
