/** Adapters, models and data on this machine's disks. */
import { access, constants, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../core/diagnostic.js';
import { OminusError } from '../../core/errors.js';
import { withoutSecrets } from '../files/safe-uri.js';
import { fileError } from './file-error.js';
import type { ResolvedSource, ResolveOptions } from './resolved-source.js';
import type { SourceKind } from './source-files.js';

/** Names beside a missing one that are compared with it. */
const MOST_SIBLINGS = 1_000;

/**
 * Finds a folder, or a file for data, and checks that it can be read.
 *
 * @param uri - a path, or `file:///absolute/path`
 * @throws OminusError `USAGE`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function resolveLocalSource(
  uri: string,
  kind: SourceKind,
  options: ResolveOptions = {},
): Promise<ResolvedSource> {
  const path = /^file:\/\//i.test(uri) ? filePath(uri) : resolve(options.baseFolder ?? '.', uri);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
    await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK);
  } catch (error) {
    throw await missingSource(fileError(path, error), { uri, path, kind });
  }
  if (isFolder !== (kind !== 'data')) {
    throw new OminusError('FILE_UNREADABLE', {
      message: `this is a ${isFolder ? 'folder' : 'file'} [path=${path}]: expected ${kind === 'adapter' ? 'an' : 'a'} ${kind} ${kind === 'data' ? 'file' : 'folder'}`,
      hint: kind === 'data' ? 'Name a file in the folder.' : 'Name the folder that contains the file.',
    });
  }
  return { path, uri: path };
}

/** Models of the hub are often named as transformers names them; other paths are often misspelt. */
async function missingSource(
  error: OminusError,
  { uri, path, kind }: { readonly uri: string; readonly path: string; readonly kind: SourceKind },
): Promise<OminusError> {
  if (error.code !== 'FILE_NOT_FOUND') {
    return error;
  }
  const siblings = await readdir(dirname(path)).catch(() => []);
  const near = nearest(basename(path), siblings.slice(0, MOST_SIBLINGS));
  const isHubName = kind !== 'data' && /^[\w.-]+\/[\w.-]+$/.test(uri) && !/^\.{1,2}\//.test(uri);
  const hint =
    near !== undefined
      ? `Did you mean ${near}?`
      : isHubName
        ? `${error.hint ?? ''} For the hub write hf://${uri}.`
        : error.hint;
  return new OminusError(error.code, {
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    cause: error.cause,
  });
}

function filePath(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new OminusError('USAGE', {
      message: `not a file URI [uri=${withoutSecrets(uri)}]`,
      hint: 'Write a path, or file:///absolute/path with three slashes.',
      cause: error,
    });
  }
}
