/** Writes a safetensors file tensor by tensor, in the order of its layout. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { layoutSafetensors, type SafetensorsLayout, type TensorShape } from '../../core/safetensors/layout.js';
import { syncFolder, temporaryName } from '../files/atomic-write.js';

/** A file that is being written. Either `commit` or `abort` it. */
export interface SafetensorsWriter {
  readonly layout: SafetensorsLayout;
  /**
   * Writes one tensor; any order.
   *
   * @param parts - its bytes, one after the other; not to be modified until they are written
   * @throws OminusError `SHAPE_MISMATCH` when the bytes do not fit, `INTERNAL` for a name that is not laid out or written twice
   */
  write(name: string, ...parts: readonly Uint8Array[]): Promise<void>;
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
  const handle = await open(temporary, 'wx');
  const missing = new Map(layout.tensors.map((tensor) => [tensor.name, tensor]));
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) {
      isOpen = false;
      await handle.close();
    }
  };
  await writeAll(handle, layout.head, 0);
  return {
    layout,
    async write(name, ...parts): Promise<void> {
      const byteLength = parts.reduce((length, part) => length + part.byteLength, 0);
      const place = missing.get(name);
      if (place === undefined) {
        throw new OminusError('INTERNAL', { message: `tensor not expected here [file=${path}, tensor=${name}]` });
      }
      if (byteLength !== place.end - place.start) {
        const expected = String(place.end - place.start);
        throw new OminusError('SHAPE_MISMATCH', {
          message: `cannot write [file=${path}, tensor=${name}]: expected ${expected} bytes, got ${String(byteLength)}`,
        });
      }
      missing.delete(name);
      const { bytesWritten } = await handle.writev([...parts], place.start);
      if (bytesWritten < byteLength) {
        await writeAll(handle, Buffer.concat(parts).subarray(bytesWritten), place.start + bytesWritten);
      }
    },
    async commit(): Promise<void> {
      const [first] = missing.keys();
      if (first !== undefined) {
        throw new OminusError('INTERNAL', { message: `a tensor was not written [file=${path}, tensor=${first}]` });
      }
      await handle.sync();
      await close();
      await rename(temporary, path);
      await syncFolder(dirname(path));
    },
    async abort(): Promise<void> {
      await close();
      await rm(temporary, { force: true });
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}
