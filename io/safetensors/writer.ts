/** Writes a safetensors file tensor by tensor, in the order of its layout, and reads back what it wrote. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OminusError } from '../../core/errors.js';
import type { TensorInfo } from '../../core/safetensors/header.js';
import { layoutSafetensors, type TensorShape } from '../../core/safetensors/layout.js';
import { syncFolder, temporaryName } from '../files/atomic-write.js';
import { refused } from '../files/refused.js';
import { openedElsewhere, type PositionedFile, type SharedFile } from '../files/positioned-file.js';

/** Writes tensors into a file. */
export interface TensorWriter {
  /**
   * Writes one tensor; any order. Its bytes are read back from the file and compared.
   *
   * @param parts - its bytes, one after the other; not to be modified until they are written
   * @throws OminusError `SHAPE_MISMATCH` when the bytes do not fit, `INTERNAL` for a name that is not laid out or written twice,
   *   `VERIFY_FAILED` when the file gives back other bytes, `SYSTEM_REFUSED` when they cannot be written
   */
  write(name: string, ...parts: readonly Uint8Array[]): Promise<void>;
}

/** A file that is being written, as other threads of this process know it. */
export interface SharedWriter extends SharedFile {
  readonly tensors: readonly TensorInfo[];
}

/** A file that is being written. Either `commit` or `abort` it. */
export interface SafetensorsWriter extends TensorWriter {
  /** For other threads of this process. */
  readonly shared: SharedWriter;
  /**
   * Writes one tensor as `write` does, part by part, so that it never has to be in memory as a whole. A part may be overwritten once the
   * next one is asked for.
   *
   * @throws whatever `parts` throws, and as `write`
   */
  writeInParts(name: string, parts: AsyncIterable<Uint8Array>): Promise<void>;
  /** Takes notice of tensors that another thread has written. */
  wroteElsewhere(names: readonly string[]): void;
  /**
   * Waits until all bytes are on the disk and gives the file its name.
   *
   * @throws OminusError `INTERNAL` when a tensor is missing
   */
  commit(): Promise<void>;
  /** Removes what was written; safe after a failure and after `commit`. */
  abort(): Promise<void>;
}

/** Begins a file at `path`; until `commit` the path itself is not touched. */
export async function createSafetensors(
  path: string,
  tensors: readonly TensorShape[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<SafetensorsWriter> {
  const layout = layoutSafetensors(tensors, metadata);
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${temporaryName()}`);
  const handle = await open(temporary, 'wx+');
  const shared = { path, descriptor: handle.fd, sizeBytes: layout.fileBytes, tensors: layout.tensors };
  const places = new TensorPlaces(handle, shared);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) {
      isOpen = false;
      await handle.close();
    }
  };
  const sync = new SyncBehind(handle);
  const abort = async (): Promise<void> => {
    await sync.settled();
    await close();
    await rm(temporary, { force: true });
  };
  try {
    await places.bytes.write('header', [layout.head], 0);
  } catch (error) {
    await abort();
    throw error;
  }
  return {
    shared,
    async write(name, ...parts): Promise<void> {
      sync.wrote(await places.write(name, parts));
    },
    async writeInParts(name, parts): Promise<void> {
      await places.writeInParts(name, parts, (byteLength) => {
        sync.wrote(byteLength);
      });
    },
    wroteElsewhere(names): void {
      names.forEach((name) => places.take(name));
    },
    async commit(): Promise<void> {
      const [first] = places.missing.keys();
      if (first !== undefined) {
        throw new OminusError('INTERNAL', { message: `a tensor was not written [file=${path}, tensor=${first}]` });
      }
      await sync.finish();
      await close();
      await rename(temporary, path);
      await syncFolder(dirname(path));
    },
    abort,
  };
}

/** Another thread's file; that thread creates, commits or aborts it. */
export function joinWriter(shared: SharedWriter): TensorWriter {
  const places = new TensorPlaces(openedElsewhere(shared), shared);
  return {
    async write(name, ...parts): Promise<void> {
      await places.write(name, parts);
    },
  };
}

/** Where every tensor goes. */
class TensorPlaces {
  readonly bytes: WrittenBytes;
  readonly missing: Map<string, TensorInfo>;
  readonly #path: string;

  constructor(file: PositionedFile, { path, tensors }: SharedWriter) {
    this.bytes = new WrittenBytes(file, path);
    this.missing = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    this.#path = path;
  }

  /** Its place, once. */
  take(name: string): TensorInfo {
    const place = this.missing.get(name);
    if (place === undefined) {
      throw new OminusError('INTERNAL', { message: `tensor not expected here [file=${this.#path}, tensor=${name}]` });
    }
    this.missing.delete(name);
    return place;
  }

  /** @returns how many bytes that were */
  async write(name: string, parts: readonly Uint8Array[]): Promise<number> {
    const byteLength = parts.reduce((length, part) => length + part.byteLength, 0);
    const { start, end } = this.take(name);
    this.#checkLength(name, end - start, byteLength);
    await this.#writeAt(name, parts, start);
    return byteLength;
  }

  async writeInParts(
    name: string,
    parts: AsyncIterable<Uint8Array>,
    onWritten: (byteLength: number) => void,
  ): Promise<void> {
    const { start, end } = this.take(name);
    let at = start;
    for await (const part of parts) {
      if (part.byteLength > end - at) {
        this.#checkLength(name, end - start, at - start + part.byteLength);
      }
      await this.#writeAt(name, [part], at);
      at += part.byteLength;
      onWritten(part.byteLength);
    }
    this.#checkLength(name, end - start, at - start);
  }

  async #writeAt(name: string, parts: readonly Uint8Array[], position: number): Promise<void> {
    try {
      await this.bytes.write(`tensor ${name}`, parts, position);
    } catch (error) {
      throw refused(error, `cannot write [file=${this.#path}, tensor=${name}]`);
    }
  }

  #checkLength(name: string, expected: number, got: number): void {
    if (got !== expected) {
      throw new OminusError('SHAPE_MISMATCH', {
        message: `cannot write [file=${this.#path}, tensor=${name}]: expected ${String(expected)} bytes, got ${String(got)}`,
      });
    }
  }
}

/** Bytes that are written before the disk is asked to take them. */
const SYNC_BEHIND = 4 * 2 ** 20;

/** Brings bytes to the disk while others are still being computed, so that little is left to wait for at the end. */
class SyncBehind {
  readonly #handle: FileHandle;
  #waiting = 0;
  #syncing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  wrote(byteLength: number): void {
    this.#waiting += byteLength;
    if (this.#waiting < SYNC_BEHIND || this.#syncing !== undefined) {
      return;
    }
    this.#waiting = 0;
    this.#syncing = this.#handle
      .datasync()
      // The system reports a failed write to one sync only, so it is kept for the end.
      .catch((error: unknown) => (this.#failure ??= { error }))
      .then(() => (this.#syncing = undefined));
  }

  /** Until nothing is under way. */
  async settled(): Promise<void> {
    await this.#syncing;
  }

  /** Until all bytes are on the disk; throws what the system reported on the way. */
  async finish(): Promise<void> {
    await this.#syncing;
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    await this.#handle.sync();
  }
}

/** Writes bytes at their places, and compares them with what the file gives back. */
class WrittenBytes {
  readonly #file: PositionedFile;
  readonly #path: string;
  /** Arrays to read into that are not in use. */
  readonly #spare: Buffer[] = [];

  constructor(file: PositionedFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** @throws OminusError `VERIFY_FAILED` */
  async write(what: string, parts: readonly Uint8Array[], position: number): Promise<void> {
    const byteLength = parts.reduce((length, part) => length + part.byteLength, 0);
    const { bytesWritten } = await this.#file.writev([...parts], position);
    if (bytesWritten < byteLength) {
      await this.#writeAll(Buffer.concat(parts).subarray(bytesWritten), position + bytesWritten);
    }
    await this.#compare(what, parts, position, byteLength);
  }

  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.byteLength - done, position + done);
      done += bytesWritten;
    }
  }

  async #compare(what: string, parts: readonly Uint8Array[], position: number, byteLength: number): Promise<void> {
    const last = this.#spare.pop();
    const buffer = last !== undefined && last.byteLength >= byteLength ? last : Buffer.allocUnsafeSlow(byteLength);
    let done = 0;
    while (done < byteLength) {
      const { bytesRead } = await this.#file.read(buffer, done, byteLength - done, position + done);
      if (bytesRead === 0) {
        throw differs(this.#path, what);
      }
      done += bytesRead;
    }
    let at = 0;
    for (const part of parts) {
      if (buffer.compare(part, 0, part.byteLength, at, at + part.byteLength) !== 0) {
        throw differs(this.#path, what);
      }
      at += part.byteLength;
    }
    this.#spare.push(buffer);
  }
}

function differs(path: string, what: string): OminusError {
  return new OminusError('VERIFY_FAILED', {
    message: `reading the file back gave other bytes than were written [file=${path}]: ${what}`,
    hint: 'Check the disk, and run again.',
  });
}
