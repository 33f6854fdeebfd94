/** What every store must do. It runs over all of `stores.ts`, and over the one in memory that other tests use. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { BlobInfo, BlobStore } from '../../../io/store/types.js';
import { collect } from '../../support/collect.js';

const text = (value: string): Buffer => Buffer.from(value);
const names = async (list: AsyncIterable<BlobInfo>): Promise<string[]> => (await collect(list)).map(({ name }) => name);

/** A stream in chunks that fit no part size; `size` is what it really gives. */
function chunked(bytes: Buffer, size = bytes.byteLength): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < size; at += 70_001) {
        yield bytes.subarray(at, Math.min(size, at + 70_001));
      }
    })(),
  );
}

/** @param open - a fresh, empty store for every test */
export function describeBlobStore(title: string, open: () => Promise<BlobStore>): void {
  describe(title, () => {
    it('gives back what was put, with its size and time', async () => {
      const store = await open();
      const before = Date.now();
      expect(await store.put('a/b.json', text('hello'))).toBe('written');
      expect(Buffer.from((await store.get('a/b.json')) ?? []).toString()).toBe('hello');
      const info = await store.stat('a/b.json');
      expect(info).toMatchObject({ name: 'a/b.json', sizeBytes: 5 });
      // S3 gives whole seconds; another clock may be a little behind.
      expect(Math.abs((info?.modifiedMs ?? 0) - before)).toBeLessThan(60_000);
    });

    it('keeps an empty blob apart from a missing one', async () => {
      const store = await open();
      await store.put('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
      expect((await store.stat('empty'))?.sizeBytes).toBe(0);
      for (const missing of ['missing', 'empty-not', 'no/such/folder']) {
        expect(await store.get(missing)).toBeUndefined();
        expect(await store.stat(missing)).toBeUndefined();
        expect(await store.stream(missing)).toBeUndefined();
      }
    });

    it('does not take the folder of a blob for a blob', async () => {
      const store = await open();
      await store.put('folder/blob', text('x'));
      expect(await store.get('folder')).toBeUndefined();
      expect(await store.stat('folder')).toBeUndefined();
      expect(await store.stream('folder')).toBeUndefined();
      await store.remove('folder');
      expect(await store.get('folder/blob')).toBeDefined();
    });

    it('replaces a blob unless told to keep it', async () => {
      const store = await open();
      await store.put('x', text('first'));
      expect(await store.put('x', text('second'), { ifAbsent: true })).toBe('exists');
      expect(Buffer.from((await store.get('x')) ?? []).toString()).toBe('first');
      expect(await store.put('x', text('third'))).toBe('written');
      expect(Buffer.from((await store.get('x')) ?? []).toString()).toBe('third');
    });

    it('lets exactly one of 16 concurrent writers win, and keeps its bytes', async () => {
      const store = await open();
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, i) => store.put('race/x', text(`writer ${String(i)}`), { ifAbsent: true })),
      );
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
      const winner = results.indexOf('written');
      expect(Buffer.from((await store.get('race/x')) ?? []).toString()).toBe(`writer ${String(winner)}`);
    });

    it('takes streams: a large one in parts, a small one, an empty one', async () => {
      const store = await open();
      for (const size of [12_000_000, 1000, 0]) {
        const bytes = randomBytes(size);
        const name = `stream/${String(size)}`;
        expect(await store.put(name, { stream: chunked(bytes), sizeBytes: size })).toBe('written');
        const stream = await store.stream(name);
        const got = stream === undefined ? undefined : await buffer(stream);
        expect(got?.equals(bytes)).toBe(true);
        expect(bytes.equals((await store.get(name)) ?? text('nothing'))).toBe(true);
      }
    });

    it('takes large bytes in parts', async () => {
      const store = await open();
      const bytes = randomBytes(11_000_000);
      await store.put('large', bytes);
      expect(bytes.equals((await store.get('large')) ?? text('nothing'))).toBe(true);
    });

    it('refuses a second stream under a taken name without leaving anything behind', async () => {
      const store = await open();
      const first = randomBytes(11_000_000);
      const put = (bytes: Buffer): Promise<string> =>
        store.put('big', { stream: chunked(bytes), sizeBytes: bytes.byteLength }, { ifAbsent: true });
      const results = await Promise.all([put(first), put(first)]);
      expect(results.sort()).toEqual(['exists', 'written']);
      expect(await put(randomBytes(11_000_000))).toBe('exists');
      expect(first.equals((await store.get('big')) ?? text('nothing'))).toBe(true);
      expect(await names(store.leftovers())).toEqual([]);
    });

    it('keeps nothing of a stream that ends early, goes on for too long, or fails', async () => {
      const store = await open();
      const bytes = randomBytes(11_000_000);
      const failing = Readable.from(
        (function* () {
          yield bytes;
          throw new Error('the source went away');
        })(),
      );
      await expect(store.put('x/short', { stream: chunked(bytes, 9_000_000), sizeBytes: 11_000_000 })).rejects.toThrow(
        /declared size \[expected=11000000 bytes, got=9000000\]/,
      );
      await expect(store.put('x/tiny', { stream: chunked(bytes, 10), sizeBytes: 11 })).rejects.toThrow(/got=10/);
      await expect(store.put('x/long', { stream: chunked(bytes), sizeBytes: 10_999_999 })).rejects.toThrow(/got=more/);
      await expect(store.put('x/failed', { stream: failing, sizeBytes: 20_000_000 })).rejects.toThrow('went away');
      expect(await names(store.list(''))).toEqual([]);
      expect(await names(store.leftovers())).toEqual([]);
    });

    it('lists in the order of names, by any prefix, over more than one page', async () => {
      const store = await open();
      const expected = ['a-b', 'a/b', 'a/c/d', 'a0', 'ab', 'b/1', 'b/10', 'b/2'];
      for (const name of [...expected].reverse()) {
        await store.put(name, text(name));
      }
      const infos = await collect(store.list(''));
      expect(infos.map(({ name }) => name)).toEqual(expected);
      expect(infos.map(({ sizeBytes }) => sizeBytes)).toEqual(expected.map((name) => name.length));
      expect(await names(store.list('a'))).toEqual(['a-b', 'a/b', 'a/c/d', 'a0', 'ab']);
      expect(await names(store.list('a/'))).toEqual(['a/b', 'a/c/d']);
      expect(await names(store.list('b/1'))).toEqual(['b/1', 'b/10']);
      expect(await names(store.list('c/'))).toEqual([]);
    });

    it('removes a blob, also twice', async () => {
      const store = await open();
      await store.put('a/x', text('x'));
      await store.put('a/y', text('y'));
      await store.remove('a/x');
      await store.remove('a/x');
      expect(await names(store.list(''))).toEqual(['a/y']);
    });

    it('sets a damaged blob aside, also when it is missing or one was set aside before', async () => {
      const store = await open();
      await store.setAside('objects/x');
      await store.put('objects/x', text('bad'));
      await store.setAside('objects/x');
      expect(await store.get('objects/x')).toBeUndefined();
      expect(Buffer.from((await store.get('damaged/objects/x')) ?? []).toString()).toBe('bad');
      await store.put('objects/x', text('worse'));
      await store.setAside('objects/x');
      expect(await names(store.list(''))).toEqual(['damaged/objects/x']);
    });

    it('survives writing, removing and listing at the same time', async () => {
      const store = await open();
      const writer = async (i: number): Promise<void> => {
        for (let round = 0; round < 10; round++) {
          await store.put(`busy/${String(i % 2)}/${String(i)}`, text('x'), { ifAbsent: true });
          await collect(store.list('busy/'));
          await store.remove(`busy/${String(i % 2)}/${String(i)}`);
        }
      };
      await Promise.all(Array.from({ length: 4 }, (_, i) => writer(i)));
      expect(await names(store.list(''))).toEqual([]);
    });

    it.each(['', '.', '..', '../x', 'a/../b', '/a', 'a//b', 'a/', 'a\\b', 'a/.hidden', '.tmp/x', 'a\0', 'ä', 'a b'])(
      'refuses the name %j',
      async (name) => {
        const store = await open();
        await expect(store.put(name, text('x'))).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(store.get(name)).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(store.remove(name)).rejects.toMatchObject({ code: 'INTERNAL' });
      },
    );
  });
}
