/** From what a spec names to files on this machine. */
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OminusError } from '../../core/errors.js';
import { withoutSecrets } from '../files/safe-uri.js';
import type { ProgressListener } from './download.js';
import { fileError } from './file-error.js';
import type { SourceKind } from './source-files.js';

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

/**
 * Finds a source, or fetches it into the user's cache.
 *
 * @param uri - a path, `file:///…`, `s3://bucket/prefix` or `hf://owner/name@revision`
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE` and those of S3 and the hub
 */
export async function resolveSource(
  uri: string,
  kind: SourceKind,
  options: ResolveOptions = {},
): Promise<ResolvedSource> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return localSource(resolve(options.baseFolder ?? '.', uri), kind);
    case 'file':
      return localSource(fileURLToPath(uri), kind);
    case 's3':
      return (await import('./s3-source.js')).resolveS3Source(uri, kind, { onProgress: options.onProgress });
    case 'hf':
      return (await import('./hub-source.js')).resolveHubSource(uri, kind, { onProgress: options.onProgress });
    default:
      throw new OminusError('USAGE', {
        message: `not a supported location [uri=${withoutSecrets(uri)}]`,
        hint: 'Name a path, s3://bucket/prefix or hf://owner/name@revision.',
      });
  }
}

async function localSource(path: string, kind: SourceKind): Promise<ResolvedSource> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
    await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK);
  } catch (error) {
    throw fileError(path, error);
  }
  if (isFolder !== (kind !== 'data')) {
    throw new OminusError('FILE_UNREADABLE', {
      message: `this is a ${isFolder ? 'folder' : 'file'} [path=${path}]: expected a ${kind} ${kind === 'data' ? 'file' : 'folder'}`,
      hint: kind === 'data' ? 'Name a file in the folder.' : 'Name the folder that contains the file.',
    });
  }
  return { path, uri: path };
}
