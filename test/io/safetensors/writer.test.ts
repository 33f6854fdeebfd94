/** A file is there as a whole or not at all, and what it gives back is what was written. */
import { type FileHandle, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSafetensors, type SafetensorsWriter } from '../../../io/safetensors/writer.js';
import { openSafetensors } from '../../../io/safetensors/reader.js';

/** One tensor of 9 MB, so that bytes go to the disk on the way, and two small ones. */
const TENSORS = [
  { name: 'large', dtype: 'U8' as const, shape: [9_000_000] },
  { name: 'one', dtype: 'U8' as const, shape: [3] },
  { name: 'two', dtype: 'U8' as const, shape: [5] },
];
const bytesOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i * 7 + 1);

type WriteAll = (parts: readonly Uint8Array[], position: number) => Promise<unknown>;
type ReadAll = (...args: unknown[]) => Promise<{ readonly bytesRead: number; readonly buffer: Buffer }>;

let root = '';
/** The class of open files, whose methods a failing disk is made of. */
let handles: FileHandle;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-writer-'));
  const handle = await open(join(root, 'any'), 'w');
  handles = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  await rm(join(root, 'any'));
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function writeAll(writer: SafetensorsWriter): Promise<void> {
  try {
    for (const { name, shape } of TENSORS) {
      const bytes = bytesOf(shape[0] ?? 0);
      await writer.write(name, bytes.subarray(0, 2), bytes.subarray(2));
    }
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

describe('createSafetensors', () => {
  it('writes tensors, in parts, where a reader finds them', async () => {
    const path = join(root, 'good.safetensors');
    await writeAll(await createSafetensors(path, TENSORS));
    const file = await openSafetensors(path);
    for (const { name, shape } of TENSORS) {
      const tensor = file.tensors.get(name);
      expect(tensor).toBeDefined();
      const bytes = tensor === undefined ? new Uint8Array() : await file.read(tensor);
      expect(Buffer.compare(bytes, bytesOf(shape[0] ?? 0)), name).toBe(0);
    }
    await file.close();
    expect(await readdir(root)).toEqual(['good.safetensors']);
    await rm(path);
  });

  it('goes on where the system writes less than it was asked to', async () => {
    const path = join(root, 'short.safetensors');
    const writev = Reflect.get(handles, 'writev') as WriteAll;
    const writeHalf = function (this: FileHandle, parts: readonly Uint8Array[], position: number): Promise<unknown> {
      const bytes = Buffer.concat(parts);
      return writev.call(this, [bytes.subarray(0, Math.ceil(bytes.length / 2))], position);
    };
    vi.spyOn(handles, 'writev').mockImplementation(writeHalf as FileHandle['writev']);
    await writeAll(await createSafetensors(path, TENSORS));
    expect((await readFile(path)).subarray(-5).equals(bytesOf(5))).toBe(true);
    await rm(path);
  });

  it.each([
    ['header', 0],
    ['tensor large', 1_000_000],
  ])('refuses a file that gives back other bytes of its %s, and leaves nothing', async (what, least) => {
    const read = Reflect.get(handles, 'read') as ReadAll;
    const readOther = async function (this: FileHandle, ...args: unknown[]): Promise<unknown> {
      const result = await read.apply(this, args);
      if (result.bytesRead > least) {
        result.buffer[result.bytesRead - 1] = (result.buffer[result.bytesRead - 1] ?? 0) ^ 1;
      }
      return result;
    };
    vi.spyOn(handles, 'read').mockImplementation(readOther as FileHandle['read']);
    const written = createSafetensors(join(root, 'bad.safetensors'), TENSORS).then(writeAll);
    await expect(written).rejects.toThrow(
      expect.objectContaining({ code: 'VERIFY_FAILED', message: expect.stringContaining(what) as string }),
    );
    expect(await readdir(root)).toEqual([]);
  });

  it('says that a full disk is one, and leaves nothing', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const writer = await createSafetensors(join(root, 'full.safetensors'), TENSORS);
    vi.spyOn(handles, 'writev').mockRejectedValueOnce(full);
    const expected = { code: 'SYSTEM_REFUSED', message: expect.stringContaining('ENOSPC') as string };
    await expect(writeAll(writer)).rejects.toMatchObject(expected);
    expect(await readdir(root)).toEqual([]);
  });

  it('refuses a file that the disk did not take, also when it said so long before the end', async () => {
    vi.spyOn(handles, 'datasync').mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    const written = createSafetensors(join(root, 'lost.safetensors'), TENSORS).then(writeAll);
    await expect(written).rejects.toThrow('EIO');
    expect(await readdir(root)).toEqual([]);
  });
});
