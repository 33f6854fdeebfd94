import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cachedDownload, type RemoteFile } from '../../../io/sources/download.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

function remote(name: string, text: string): RemoteFile {
  return {
    name,
    sizeBytes: text.length,
    read: (offset) => Promise.resolve(toStream(text.slice(offset))),
  };
}

async function* toStream(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

const FILES = [remote('config.json', '{}'), remote('sub/weights', 'weights')];

it('never takes a file away from the first caller while others finish', async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < 20; round++) {
    const target = join(folder, String(round));
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const got = await cachedDownload(target, FILES);
        for (let look = 0; look < 20; look++) {
          expect((await stat(join(got, 'sub', 'weights'))).size).toBe(7);
        }
      }),
    );
  }
});

it('adds what was deleted from the cache or has another size, and keeps the rest', async () => {
  const target = join(await temporaryFolder(), 'x');
  await cachedDownload(target, FILES);
  const before = await stat(join(target, 'config.json'));
  for (const damage of [
    () => rm(join(target, 'sub'), { recursive: true }),
    () => writeFile(join(target, 'sub', 'weights'), 'torn'),
  ]) {
    await damage();
    await cachedDownload(target, FILES);
    expect(await readFile(join(target, 'sub', 'weights'), 'utf8')).toBe('weights');
  }
  expect((await stat(join(target, 'config.json'))).ino).toBe(before.ino);
});
