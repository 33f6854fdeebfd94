/** Tensors are read in whatever order and however many at once; where they follow each other, several are read together. */
import { type FileHandle, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeSafetensors } from '../../../core/safetensors/codec.js';
import { openSafetensors } from '../../../io/safetensors/reader.js';

/** From small to larger than what is read at once. */
const SIZES = [5, 300_000, 0, 400_000, 700_000, 3, 500_000, 1_200_000, 600_000, 1, 900_000];

let root = '';
let path = '';
const contents = new Map<string, Uint8Array>();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-reader-'));
  path = join(root, 'x.safetensors');
  SIZES.forEach((size, place) => {
    contents.set(
      `t${String(place).padStart(2, '0')}`,
      Uint8Array.from({ length: size }, (_, i) => i * (2 * place + 3)),
    );
  });
  const tensors = [...contents].map(
    ([name, bytes]) => [name, { dtype: 'U8' as const, shape: [bytes.length], bytes }] as const,
  );
  await writeFile(path, encodeSafetensors({ tensors: new Map(tensors), metadata: new Map() }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('read', () => {
  const place = fc.nat(SIZES.length - 1);
  /** Single tensors, and stretches in the order of the file. */
  const order = fc
    .array(
      fc.oneof(
        fc.tuple(place, place),
        place.map((one) => [one, one] as const),
      ),
      { maxLength: 6 },
    )
    .map((stretches) =>
      stretches.flatMap(([from, to]) => SIZES.flatMap((_, at) => (from <= at && at <= to ? [at] : []))),
    );

  it('gives every tensor its bytes, in any order, one by one and all at once', async () => {
    await fc.assert(
      fc.asyncProperty(order, fc.boolean(), async (places, isAtOnce) => {
        const file = await openSafetensors(path);
        try {
          const all = [...file.tensors.values()];
          const found: Promise<Uint8Array>[] = [];
          for (const at of places) {
            const tensor = all[at];
            if (tensor !== undefined) {
              found.push(file.read(tensor));
            }
            await (isAtOnce ? undefined : found.at(-1));
          }
          const expected = places.map((at) => contents.get(all[at]?.name ?? ''));
          const got = await Promise.all(found);
          expect(got.map((bytes, i) => Buffer.compare(bytes, expected[i] ?? Buffer.of(1, 2)))).toEqual(
            got.map(() => 0),
          );
        } finally {
          await file.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('overwrites an array of the right length, and no other', async () => {
    const file = await openSafetensors(path);
    try {
      const [first, second] = [...file.tensors.values()];
      if (first === undefined || second === undefined) {
        throw new Error('the file has eleven tensors');
      }
      const [fits, other] = [new Uint8Array(second.end - second.start), new Uint8Array(7)];
      expect(await file.read(first, other)).not.toBe(other);
      expect(await file.read(second, fits)).toBe(fits);
      expect(Buffer.compare(fits, contents.get(second.name) ?? Buffer.of())).toBe(0);
    } finally {
      await file.close();
    }
  });

  it('says that a file became shorter, at every read of what is missing, and still reads the rest', async () => {
    const copy = join(root, 'short.safetensors');
    const tensors = new Map(
      [...contents].map(([name, bytes]) => [name, { dtype: 'U8' as const, shape: [bytes.length], bytes }]),
    );
    await writeFile(copy, encodeSafetensors({ tensors, metadata: new Map() }));
    const file = await openSafetensors(copy);
    try {
      const all = [...file.tensors.values()];
      const cut = all[5];
      await truncate(copy, (cut?.end ?? NaN) + 10);
      // The fifth one is read together with what follows it, which is no longer there.
      for (const tensor of all.slice(0, 5)) {
        expect(Buffer.compare(await file.read(tensor), contents.get(tensor.name) ?? Buffer.of(1, 2))).toBe(0);
      }
      for (const tensor of all.slice(5, 7)) {
        await expect(file.read(tensor)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
      }
      for (const tensor of all.slice(1, 5)) {
        expect(Buffer.compare(await file.read(tensor), contents.get(tensor.name) ?? Buffer.of(1, 2))).toBe(0);
      }
    } finally {
      await file.close();
    }
  });

  it('says that a disk does not give a file back', async () => {
    const file = await openSafetensors(path);
    const handle = await open(path);
    const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'read').mockRejectedValueOnce(broken);
    await handle.close();
    try {
      const [first] = file.tensors.values();
      const read = first === undefined ? Promise.resolve() : file.read(first);
      await expect(read).rejects.toMatchObject({ code: 'FILE_UNREADABLE', cause: broken });
    } finally {
      await file.close();
    }
  });
});
