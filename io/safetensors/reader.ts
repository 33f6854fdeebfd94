/** Positioned reads from a safetensors file, header checked first; nothing is mapped into memory. */
import { type FileHandle, open } from 'node:fs/promises';
import { OminusError } from '../../core/errors.js';
import type { SafetensorsHeader, TensorInfo } from '../../core/safetensors/header.js';
import { LENGTH_BYTES, parseHeader, parseHeaderLength, safetensorsInvalid } from '../../core/safetensors/header.js';
import { openedElsewhere, type PositionedFile, type SharedFile } from '../files/positioned-file.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';

/** Tensors of an open file. */
export interface TensorReader {
  /** For other threads of this process. */
  readonly shared: SharedFile;
  /**
   * The bytes of one tensor.
   *
   * @param reuse - overwritten and returned where it has the right length; else the bytes are freshly allocated
   * @throws OminusError `FILE_UNREADABLE` when the file ends early (it was changed while open)
   */
  read(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array>;
  /**
   * The same bytes from the first to the last, in parts of whole elements, for tensors that need not be in memory as a whole.
   * A part is overwritten by the one after it.
   *
   * @throws OminusError as `read`
   */
  readInParts(tensor: TensorInfo): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** An open file. Close it. */
export interface SafetensorsFile extends SafetensorsHeader, TensorReader {
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes of the JSON header as in the file. */
  readonly headerBytes: Uint8Array;
}

/**
 * Opens a file and checks its header.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `SAFETENSORS_INVALID`
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await openForReading(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw safetensorsInvalid(path, 'it is not a regular file');
    }
    const first = await readRange(handle, path, 0, Math.min(LENGTH_BYTES, stats.size));
    const length = parseHeaderLength(path, first, stats.size);
    const headerBytes = await readRange(handle, path, LENGTH_BYTES, LENGTH_BYTES + length);
    const header = parseHeader(path, headerBytes, stats.size);
    const shared = { path, descriptor: handle.fd, sizeBytes: stats.size };
    return {
      ...header,
      path,
      sizeBytes: stats.size,
      headerBytes,
      shared,
      ...tensorsOf(handle, shared),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file that another thread of this process has opened; closing it here does nothing. */
export function joinSafetensors(shared: SharedFile): TensorReader {
  return { shared, ...tensorsOf(openedElsewhere(shared), shared), close: () => Promise.resolve() };
}

function tensorsOf(file: PositionedFile, { path, sizeBytes }: SharedFile): Pick<TensorReader, 'read' | 'readInParts'> {
  const ahead = new ReadAhead(file, path, sizeBytes);
  return {
    read: ({ start, end }, reuse) => ahead.read(start, end, reuse),
    async *readInParts({ start, end }) {
      let part: Uint8Array | undefined;
      for (let at = start; at < end; at += WINDOW) {
        part = await readRange(file, path, at, Math.min(at + WINDOW, end), part);
        yield part;
      }
    },
  };
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** An {@link OminusError} for a file that cannot be opened or read. */
export function fileError(path: string, error: unknown): OminusError {
  if (isMissing(error)) {
    return new OminusError('FILE_NOT_FOUND', {
      message: `no such file [file=${path}]`,
      hint: 'Check the path.',
      cause: error,
    });
  }
  return new OminusError('FILE_UNREADABLE', {
    message: `cannot read [file=${path}]: ${systemErrorCode(error) ?? 'unknown error'}`,
    hint: 'Check the permissions of the file and its folders.',
    cause: error,
  });
}

async function readRange(
  file: PositionedFile,
  path: string,
  start: number,
  end: number,
  reuse?: Uint8Array,
): Promise<Uint8Array> {
  const bytes = reuse?.byteLength === end - start ? reuse : new Uint8Array(end - start);
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesRead } = await file
      .read(bytes, done, bytes.byteLength - done, start + done)
      .catch((error: unknown) => {
        throw fileError(path, error);
      });
    if (bytesRead === 0) {
      throw new OminusError('FILE_UNREADABLE', {
        message: `the file shrank while it was read [file=${path}]: expected ${String(end)} bytes, got ${String(start + done)}`,
        hint: 'Wait until the program writing the file has finished, then run again.',
      });
    }
    done += bytesRead;
  }
  return bytes;
}

/** Bytes that are read at once where tensors are read in the order of the file. */
const WINDOW = 2 ** 20;

/** Reads ranges of a file, one after the other. Where they follow each other, one system call brings several of them. */
class ReadAhead {
  readonly #file: PositionedFile;
  readonly #path: string;
  readonly #sizeBytes: number;
  #last: Promise<unknown> = Promise.resolve();
  #lastEnd = -1;
  #window: Uint8Array = new Uint8Array();
  #windowStart = 0;

  constructor(file: PositionedFile, path: string, sizeBytes: number) {
    this.#file = file;
    this.#path = path;
    this.#sizeBytes = sizeBytes;
  }

  read(start: number, end: number, reuse: Uint8Array | undefined): Promise<Uint8Array> {
    const reading = this.#last.then(() => this.#readNext(start, end, reuse));
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  async #readNext(start: number, end: number, reuse: Uint8Array | undefined): Promise<Uint8Array> {
    const isNext = start === this.#lastEnd;
    this.#lastEnd = end;
    const isInWindow = start >= this.#windowStart && end <= this.#windowStart + this.#window.byteLength;
    if (!isInWindow) {
      if (!isNext || end - start > WINDOW / 2) {
        return readRange(this.#file, this.#path, start, end, reuse);
      }
      const windowEnd = Math.min(start + WINDOW, this.#sizeBytes);
      const window = this.#window;
      this.#window = new Uint8Array(); // until it holds what is asked for, also when reading fails
      this.#window = await readRange(this.#file, this.#path, start, windowEnd, window);
      this.#windowStart = start;
    }
    const bytes = reuse?.byteLength === end - start ? reuse : new Uint8Array(end - start);
    bytes.set(this.#window.subarray(start - this.#windowStart, end - this.#windowStart));
    return bytes;
  }
}
