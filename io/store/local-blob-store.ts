/** A folder of the local disk as a {@link BlobStore}. */
import { createReadStream, type Dirent } from 'node:fs';
import { access, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { errorMessage, OminusError } from '../../core/errors.js';
import { isFolder, makeFolder, publish, syncFolder, temporaryName, writeDurably } from '../files/atomic-write.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';
import { checkBlobName, checkBlobPrefix, damagedName } from './blob-name.js';
import { discardBody, sizedChunks } from './sized-chunks.js';
import type { BlobBody, BlobInfo, BlobStore } from './types.js';

/** Temporary files are in the store itself, hence on the same file system; no blob's name begins with a dot. */
const TEMPORARY_FOLDER = '.tmp';

/** Blobs are files below a root folder, which is made by the first write. */
export class LocalBlobStore implements BlobStore {
  readonly uri: string;
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
    this.uri = pathToFileURL(this.root).href;
  }

  async put(
    name: string,
    body: BlobBody,
    options: { readonly ifAbsent?: boolean } = {},
  ): Promise<'written' | 'exists'> {
    const path = this.#path(name);
    const ifAbsent = options.ifAbsent ?? false;
    return this.#guard('write', name, async () => {
      // A short cut only; the decision between concurrent writers falls in `publish`.
      if (ifAbsent && (await exists(path))) {
        discardBody(body);
        await syncFolder(dirname(path));
        return 'exists';
      }
      const temporary = join(this.root, TEMPORARY_FOLDER, temporaryName());
      await makeFolder(dirname(temporary));
      await writeDurably(temporary, body instanceof Uint8Array ? body : sizedChunks(body));
      return publish(temporary, path, { ifAbsent });
    });
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(name);
    return this.#guard('read', name, () => orUndefined(readFile(path)));
  }

  async stream(name: string): Promise<Readable | undefined> {
    const path = this.#path(name);
    return this.#guard('read', name, async () => {
      // Opened here, not by the stream, so that a missing file is an answer and not an event. Folders open too.
      const file = await orUndefined(open(path, 'r'));
      if (file === undefined || (await file.stat()).isDirectory()) {
        await file?.close();
        return undefined;
      }
      return createReadStream(path, { fd: file, autoClose: true });
    });
  }

  async stat(name: string): Promise<BlobInfo | undefined> {
    const path = this.#path(name);
    return this.#guard('read', name, async () => {
      const found = await orUndefined(stat(path));
      return found === undefined || found.isDirectory()
        ? undefined
        : { name, sizeBytes: found.size, modifiedMs: found.mtimeMs };
    });
  }

  async *list(prefix: string): AsyncGenerator<BlobInfo> {
    checkBlobPrefix(prefix);
    yield* this.#walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await this.#guard('remove', name, async () => {
      await orUndefined(rm(path));
      await this.#pruneFolders(dirname(path));
    });
  }

  async setAside(name: string): Promise<void> {
    const path = this.#path(name);
    const target = this.#path(damagedName(name));
    await this.#guard('set aside', name, async () => {
      await makeFolder(dirname(target));
      await orUndefined(rename(path, target));
      await syncFolder(dirname(path));
      await syncFolder(dirname(target));
      await this.#pruneFolders(dirname(target));
    });
  }

  async *leftovers(): AsyncGenerator<BlobInfo> {
    const folder = join(this.root, TEMPORARY_FOLDER);
    for (const entry of await this.#entries(folder)) {
      const found = await this.#guard('read', entry.name, () => orUndefined(stat(join(folder, entry.name))));
      if (found !== undefined) {
        yield { name: entry.name, sizeBytes: found.size, modifiedMs: found.mtimeMs };
      }
    }
  }

  async removeLeftover(name: string): Promise<void> {
    checkBlobName(name);
    await this.#guard('remove', name, () => rm(join(this.root, TEMPORARY_FOLDER, name), { force: true }));
  }

  #path(name: string): string {
    checkBlobName(name);
    return join(this.root, ...name.split('/'));
  }

  /** Depth first in the order of full names: a folder sorts as `name/`, which is not where `name` alone would be. */
  async *#walk(folder: string, prefix: string): AsyncGenerator<BlobInfo> {
    const entries = (await this.#entries(join(this.root, folder)))
      .filter((entry) => !entry.name.startsWith('.'))
      .map((entry) => ({ entry, name: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { entry, name } of entries) {
      if (entry.isDirectory()) {
        if (name.startsWith(prefix) || prefix.startsWith(name)) {
          yield* this.#walk(name, prefix);
        }
      } else if (name.startsWith(prefix)) {
        const found = await this.#guard('read', name, () => orUndefined(stat(join(this.root, name))));
        if (found !== undefined) {
          yield { name, sizeBytes: found.size, modifiedMs: found.mtimeMs };
        }
      }
    }
  }

  async #entries(folder: string): Promise<readonly Dirent[]> {
    return (await this.#guard('list', folder, () => orUndefined(readdir(folder, { withFileTypes: true })))) ?? [];
  }

  /** Removes folders that have become empty, up to the root. `publish` makes them again if a writer was just there. */
  async #pruneFolders(folder: string): Promise<void> {
    for (let path = folder; path.startsWith(this.root + sep); path = dirname(path)) {
      try {
        await rmdir(path);
      } catch {
        return;
      }
    }
  }

  async #guard<T>(action: string, name: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof OminusError ? error : await this.#storeError(action, name, error);
    }
  }

  async #storeError(action: string, name: string, error: unknown): Promise<OminusError> {
    const where = `[store=${this.uri}, name=${name}]: ${errorMessage(error)}`;
    const message = `cannot ${action} in the store ${where}`;
    const code = systemErrorCode(error) ?? '';
    if (['ENOENT', 'ENOTDIR', 'EEXIST'].includes(code) && !(await isFolder(this.root))) {
      return new OminusError('STORE_DENIED', {
        message: `the store's folder cannot be created ${where}`,
        hint: 'Name another folder in OMINUS_STORE.',
        cause: error,
      });
    }
    switch (code) {
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return new OminusError('STORE_DENIED', {
          message,
          hint: 'Make the folder writable for this user, or name another one in OMINUS_STORE.',
          cause: error,
        });
      case 'ENOSPC':
      case 'EDQUOT':
        return new OminusError('STORE_UNREACHABLE', {
          message: `cannot ${action} in the store: the disk is full ${where}`,
          hint: 'Free some disk space (`ominus store gc` removes data that no run needs), then run the same command again.',
          cause: error,
        });
      case 'EISDIR':
      case 'ENOTDIR':
      case 'ENOTEMPTY':
        return new OminusError('INTERNAL', { message, cause: error });
      default:
        return new OminusError('STORE_UNREACHABLE', {
          message,
          hint: 'Check the disk that holds the store.',
          cause: error,
        });
    }
  }
}

/** Undefined where there is no such file, or only a folder of that name. */
async function orUndefined<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const code = systemErrorCode(error);
    if (isMissing(error) || code === 'EISDIR' || code === 'ERR_FS_EISDIR') {
      return undefined;
    }
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await orUndefined(access(path).then(() => true))) ?? false;
}
