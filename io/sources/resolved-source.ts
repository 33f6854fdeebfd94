/** A source on this machine, and what finding one needs. */
import type { ProgressListener } from './download.js';

/** A source on this machine. */
export interface ResolvedSource {
  /** A folder, or a file for data. */
  readonly path: string;
  /** Normalised: an absolute path, `s3://bucket/prefix`, `hf://owner/name@commit`. Never with secrets. */
  readonly uri: string;
}

/** Where relative paths begin, and whom to tell about downloads. */
export interface ResolveOptions {
  /** The current folder by default. */
  readonly baseFolder?: string | undefined;
  readonly onProgress?: ProgressListener | undefined;
}
