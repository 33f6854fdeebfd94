import { cp, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, toDigest } from '../../../core/digest.js';
import { OminusError } from '../../../core/errors.js';
import { digestSource, locateSource } from '../../../io/sources/digest-source.js';
import { cachedDigest, digestOfFile } from '../../../io/sources/file-digest.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const demo = resolve('demo');
let folder: string;
let cache: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  cache = join(folder, 'cache');
  process.env['OMINUS_CACHE_DIR'] = cache;
});

/** Makes a file look as if it had not been touched for long; a real wait would slow the tests down. */
async function settle(path: string): Promise<void> {
  await utimes(path, 1_600_000_000, 1_600_000_000);
}

describe('a source', () => {
  it('is found relative to the folder of the spec', async () => {
    const { ref, path } = await digestSource('data', '../demo/data/heldout.txt', {
      baseFolder: join(demo, '..', 'specs'),
    });
    expect([ref.uri, path]).toEqual([join(demo, 'data', 'heldout.txt'), join(demo, 'data', 'heldout.txt')]);
    expect(ref.sizeBytes).toBe((await stat(path)).size);
  });

  it('that is not there is answered with the nearest name, or as a name of the hub', async () => {
    const advice = async (kind: 'model' | 'adapter' | 'data', path: string): Promise<string> =>
      digestSource(kind, path, { baseFolder: demo }).then(
        () => '',
        (error: unknown) => (error instanceof OminusError ? (error.hint ?? '') : ''),
      );
    expect(await advice('adapter', 'adapters/exprt')).toBe('Did you mean expert?');
    expect(await advice('model', 'meta-llama/Llama-2-7b-hf')).toMatch(
      /For the hub write hf:\/\/meta-llama\/Llama-2-7b-hf\.$/,
    );
    expect(await advice('data', 'no/data.jsonl')).not.toContain('hub');
    expect(await advice('model', './no/base')).not.toContain('hub');
  });

  it.each([
    ['data', 'data/nothing.txt', 'FILE_NOT_FOUND'],
    ['data', 'data', 'FILE_UNREADABLE'],
    ['model', 'base/config.json', 'FILE_UNREADABLE'],
    ['model', 'data', 'FILE_NOT_FOUND'],
    ['classifier', 'nothing', 'FILE_NOT_FOUND'],
    ['adapter', 'nothing', 'FILE_NOT_FOUND'],
    ['model', 'ftp://host/x', 'USAGE'],
  ] as const)('of kind %s at %s is %s', async (kind, path, code) => {
    await expect(digestSource(kind, path, { baseFolder: demo })).rejects.toMatchObject({ code });
  });

  it('with another digest than the pinned one is refused, with both named', async () => {
    const pinned = toDigest(`sha256:${'0'.repeat(64)}`);
    const { digest } = (await digestSource('data', 'data/heldout.txt', { baseFolder: demo })).ref;
    const again = await digestSource('data', 'data/heldout.txt', { baseFolder: demo, pinned: digest });
    expect(again.ref.digest).toBe(digest);
    await expect(digestSource('data', 'data/heldout.txt', { baseFolder: demo, pinned })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining(`expected ${pinned}, got ${digest}`) as string,
    });
  });
});

describe('the digest of a model', () => {
  it('does not depend on where it lies, its README, or the layout of config.json', async () => {
    const copy = join(folder, 'copy');
    await cp(join(demo, 'base'), copy, { recursive: true });
    const original = await locateSource('model', join(demo, 'base'));
    const config = JSON.parse(
      await (await import('node:fs/promises')).readFile(join(copy, 'config.json'), 'utf8'),
    ) as object;
    const reversed = Object.fromEntries(Object.entries({ ...config, transformers_version: '9.9' }).reverse());
    await writeFile(join(copy, 'config.json'), JSON.stringify(reversed));
    await writeFile(join(copy, 'README.md'), 'hello');
    expect((await locateSource('model', copy)).digest).toBe(original.digest);
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors', 'chat_template.jinja'])(
    'depends on %s',
    async (name) => {
      const copy = join(folder, 'copy');
      await cp(join(demo, 'base'), copy, { recursive: true });
      const before = await locateSource('model', copy);
      await writeFile(join(copy, name), '{"changed": true}');
      expect((await locateSource('model', copy)).digest).not.toBe(before.digest);
    },
  );

  it('in shards covers every shard of the index', async () => {
    const model = join(folder, 'sharded');
    await mkdir(model);
    await writeFile(join(model, 'config.json'), '{}');
    const index = { weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors', c: 'model-1.safetensors' } };
    await writeFile(join(model, 'model.safetensors.index.json'), JSON.stringify(index));
    await writeFile(join(model, 'model-1.safetensors'), 'one');
    await expect(locateSource('model', model)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await writeFile(join(model, 'model-2.safetensors'), 'two');
    const before = await locateSource('model', model);
    await writeFile(join(model, 'model-2.safetensors'), 'TWO');
    expect((await locateSource('model', model)).digest).not.toBe(before.digest);
    await writeFile(join(model, 'model.safetensors.index.json'), '{"weight_map": {"a": "../x.safetensors"}}');
    await expect(locateSource('model', model)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});

describe('the cache of digests', () => {
  it('spares reading an unchanged file and notices a changed one of equal size', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'one');
    await settle(path);
    let computed = 0;
    const ask = () =>
      cachedDigest('test', [path], () => {
        computed++;
        return Promise.resolve(digestOf(String(computed)));
      });
    // The inode's change time cannot be set back, so this file counts as fresh and is not remembered yet.
    await ask();
    await ask();
    expect(computed).toBe(2);
    const old = [join(demo, 'data', 'heldout.txt')];
    const count = () => Promise.resolve(digestOf(String(++computed)));
    expect(await cachedDigest('test', old, count)).toBe(await cachedDigest('test', old, count));
    expect(computed).toBe(3);
    await writeFile(path, 'two');
    expect(await digestOfFile(path)).toBe(digestOf('two'));
    await writeFile(path, 'TWO');
    expect(await digestOfFile(path)).toBe(digestOf('TWO'));
  });

  it('is computed again when it is damaged or cannot be written', async () => {
    const file = join(demo, 'data', 'heldout.txt');
    const digest = await digestOfFile(file);
    for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        await writeFile(join(entry.parentPath, entry.name), 'damaged');
      }
    }
    expect(await digestOfFile(file)).toBe(digest);
    await rm(cache, { recursive: true, force: true });
    await writeFile(cache, 'a file where a folder should be');
    expect(await digestOfFile(file)).toBe(digest);
  });

  it('keeps nothing for a digest of no files at all', async () => {
    const ask = (text: string) => cachedDigest('test', [], () => Promise.resolve(digestOf(text)));
    expect([await ask('a'), await ask('b')]).toEqual([digestOf('a'), digestOf('b')]);
  });

  it('gives an error when a file changes under every reading', async () => {
    const path = join(folder, 'file');
    let size = 0;
    await writeFile(path, '');
    const changing = cachedDigest('test', [path], async () => {
      await writeFile(path, 'x'.repeat(++size));
      return digestOf('x');
    });
    await expect(changing).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('stops when asked to', async () => {
    const aborted = digestOfFile(join(demo, 'base', 'model.safetensors'), { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  });
});
