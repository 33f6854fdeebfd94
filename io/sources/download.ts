/** Downloads into the user's cache: resumed when a connection breaks, checked, and there as a whole or not at all. */
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage, OminusError } from '../../core/errors.js';
import { makeFolder, syncFolder, temporaryName } from '../files/atomic-write.js';
import { systemErrorCode } from '../files/system-error.js';

/** Tells what is going on, a line at a time. */
export type ProgressListener = (line: string) => void;

/** One remote file. */
export interface RemoteFile {
  /** Relative, `/`-separated, checked by the caller. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Its bytes from an offset on. A break may be an error or an early end; both are followed by another call. An
   * OminusError that is not retryable ends the download.
   */
  readonly read: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
  /** Throws unless the finished file is the right one. */
  readonly check?: (path: string) => Promise<void>;
}

/** How often a broken download goes on before it fails. */
const ATTEMPTS = 6;
const FIRST_DELAY_MS = 100;

/** What the local disk may say; another try would not help. */
const LOCAL_TROUBLE: readonly string[] = [
  'ENOSPC',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
];

/**
 * A folder with the given files, from the cache if it is there. Several processes may do this at once: each downloads
 * into a folder of its own, and the first to finish gives it its name. Files that were deleted from the cache are added.
 *
 * @param target - folder in the cache; its name must determine its content
 * @throws OminusError `FILE_UNREADABLE` when the cache cannot be written, `SOURCE_CHANGED`, and whatever `read` throws
 */
export async function cachedDownload(
  target: string,
  files: readonly RemoteFile[],
  onProgress?: ProgressListener,
): Promise<string> {
  if (await isComplete(target, files)) {
    return target;
  }
  const temporary = `${target}.${temporaryName()}`;
  try {
    await makeFolder(temporary);
    for (const file of files) {
      onProgress?.(`fetching ${file.name} (${(file.sizeBytes / 1e6).toFixed(1)} MB)`);
      const path = join(temporary, ...file.name.split('/'));
      await makeFolder(dirname(path));
      await download(file, path);
      await file.check?.(path);
    }
    await moveInto(target, temporary, files);
    await syncFolder(dirname(target));
    return target;
  } catch (error) {
    throw LOCAL_TROUBLE.includes(systemErrorCode(error) ?? '') ? cacheError(target, error) : error;
  } finally {
    // Leftovers of a cache do no harm, and the download's own error must come through.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Gives a downloaded folder its name. Where a folder of that name exists, only the files that it lacks are moved into it, so
 * that it never loses a file that others may be reading.
 */
async function moveInto(target: string, temporary: string, files: readonly RemoteFile[]): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) {
      throw error;
    }
    for (const file of files) {
      if (!(await isComplete(target, [file]))) {
        const parts = file.name.split('/');
        await makeFolder(dirname(join(target, ...parts)));
        await rename(join(temporary, ...parts), join(target, ...parts));
      }
    }
  }
}

async function download(file: RemoteFile, path: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    let offset = 0;
    for (let attempt = 1; offset < file.sizeBytes || attempt === 1; attempt++) {
      const before = offset;
      try {
        for await (const chunk of await file.read(offset)) {
          await handle.write(chunk, 0, chunk.byteLength, offset);
          offset += chunk.byteLength;
        }
      } catch (error) {
        const isFinal =
          LOCAL_TROUBLE.includes(systemErrorCode(error) ?? '') || (error instanceof OminusError && !error.retryable);
        if (isFinal || (attempt >= ATTEMPTS && offset === before)) {
          throw error;
        }
      }
      if (offset > file.sizeBytes || (attempt >= ATTEMPTS && offset === before && offset < file.sizeBytes)) {
        throw wrongSize(file, offset);
      }
      // An attempt that got somewhere is no failed attempt.
      attempt = offset > before ? 1 : attempt;
      if (offset < file.sizeBytes) {
        await delay(FIRST_DELAY_MS * 2 ** attempt * Math.random());
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isComplete(folder: string, files: readonly RemoteFile[]): Promise<boolean> {
  try {
    for (const { name, sizeBytes } of files) {
      if ((await stat(join(folder, ...name.split('/')))).size !== sizeBytes) {
        return false;
      }
    }
    return files.length > 0;
  } catch {
    return false;
  }
}

function cacheError(folder: string, error: unknown): OminusError {
  return new OminusError('FILE_UNREADABLE', {
    message: `cannot write into the cache [folder=${dirname(folder)}]: ${errorMessage(error)}`,
    hint: "Free some disk space, check the folder's permissions, or set OMINUS_CACHE_DIR to another folder.",
    cause: error,
  });
}

function wrongSize(file: RemoteFile, got: number): OminusError {
  return new OminusError('SOURCE_CHANGED', {
    message: `a downloaded file has the wrong size [file=${file.name}]: expected ${String(file.sizeBytes)} bytes, got ${String(got)}`,
    hint: 'Run the same command again; if the problem persists, the file changed at its source.',
  });
}

/** Whatever was thrown, as a message for a person; used where an error may hold request headers. */
export function briefly(error: unknown): string {
  const code = systemErrorCode(error) ?? (error instanceof Error ? systemErrorCode(error.cause) : undefined);
  const [line = ''] = errorMessage(error).split('\n');
  return code === undefined || line.includes(code) ? line : `${line} (${code})`;
}
