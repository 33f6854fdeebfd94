/** Positioned reads from a safetensors file, header checked first; nothing is mapped into memory. */
import { type FileHandle, open } from 'node:fs/promises';
import { OminusError } from '../../core/errors.js';
import type { SafetensorsHeader, TensorInfo } from '../../core/safetensors/header.js';
import { LENGTH_BYTES, parseHeader, parseHeaderLength, safetensorsInvalid } from '../../core/safetensors/header.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';

/** An open file. Close it. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes of the JSON header as it stands in the file. */
  readonly headerBytes: Uint8Array;
  /**
   * The bytes of one tensor.
   *
   * @param reuse - overwritten and returned where it has the right length; else the bytes are freshly allocated
   * @throws OminusError `FILE_UNREADABLE` when the file ends early (it was changed while open)
   */
  read(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
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
    return {
      ...header,
      path,
      sizeBytes: stats.size,
      headerBytes,
      read: ({ start, end }, reuse) => readRange(handle, path, start, end, reuse),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
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
  handle: FileHandle,
  path: string,
  start: number,
  end: number,
  reuse?: Uint8Array,
): Promise<Uint8Array> {
  const bytes = reuse?.byteLength === end - start ? reuse : new Uint8Array(end - start);
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, start + done);
    if (bytesRead === 0) {
      throw new OminusError('FILE_UNREADABLE', {
        message: `the file became shorter while it was read [file=${path}]: expected ${String(end)} bytes, got ${String(start + done)}`,
        hint: 'Wait until whatever writes the file has finished, and run again.',
      });
    }
    done += bytesRead;
  }
  return bytes;
}
