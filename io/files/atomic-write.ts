/** Files that are there as a whole or not at all, also after a crash or a power cut. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing, systemErrorCode } from './system-error.js';

/** What can be written: bytes, a text, or chunks as they come (a `Readable` is one). */
export type FileContent = Uint8Array | string | AsyncIterable<Uint8Array>;

/** A name that no other writer uses, on this machine or another: process id and 64 random bits. */
export function temporaryName(): string {
  return `${String(process.pid)}-${randomBytes(8).toString('hex')}.tmp`;
}

/**
 * Writes a file atomically: temporary file beside it, fsync, rename, fsync of the folder. Missing folders are made.
 * Readers see the old content or the new one; of several writers the last wins.
 *
 * @throws the system's error; the temporary file is removed then
 */
export async function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${temporaryName()}`);
  await writeDurably(temporary, content);
  await publish(temporary, path, { ifAbsent: false });
}

/** Creates a new file and waits until its bytes are on the disk; on any error nothing of it remains. */
export async function writeDurably(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeFile(file, content);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  await file.close();
}

/** How often a folder that another process removes in the same moment is made again. */
const FOLDER_ATTEMPTS = 10;

/**
 * Gives a finished temporary file its name, durably; the temporary name is gone afterwards.
 *
 * @param options.ifAbsent - leave an existing file alone (decided atomically, by a hard link)
 * @returns `exists` when `ifAbsent` is set and the name is taken, else `written`
 */
export async function publish(
  temporary: string,
  path: string,
  options: { readonly ifAbsent: boolean },
): Promise<'written' | 'exists'> {
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await makeFolder(dirname(path));
        await (options.ifAbsent ? link(temporary, path) : rename(temporary, path));
        break;
      } catch (error) {
        if (systemErrorCode(error) === 'EEXIST') {
          // The other writer may not have reached its own sync yet, and the caller is about to rely on the file.
          await syncFolder(dirname(path));
          return 'exists';
        }
        if (!isMissing(error) || attempt === FOLDER_ATTEMPTS) {
          throw error;
        }
      }
    }
    await syncFolder(dirname(path));
    return 'written';
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Makes a folder with its parents; every new entry is synced into its parent. Not by Node's recursive `mkdir`, which
 * never returns where the system says that an existing parent is not there (/proc, some network file systems).
 *
 * @throws the system's error, `EEXIST` when there is a file of that name
 */
export async function makeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(path);
      break;
    } catch (error) {
      const code = systemErrorCode(error);
      // Read-only file systems refuse before they look whether the folder is there.
      if (['EEXIST', 'EROFS', 'EPERM', 'EACCES'].includes(code ?? '') && (await isFolder(path))) {
        return;
      }
      if (code !== 'ENOENT' || dirname(path) === path || attempt === FOLDER_ATTEMPTS) {
        throw error;
      }
      await makeFolder(dirname(path));
    }
  }
  await syncFolder(dirname(path));
}

/** Whether there is a folder, or a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Waits until a folder's entries are on the disk; a folder that has gone meanwhile needs no sync. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    // EPERM, EISDIR, EINVAL: systems that cannot open or sync folders; they order such entries by themselves.
    if (!isMissing(error) && !['EPERM', 'EISDIR', 'EINVAL'].includes(systemErrorCode(error) ?? '')) {
      throw error;
    }
  }
}
