import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { collect, planCollection } from '../../../io/store/collection.js';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import { collect as all } from '../../support/collect.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Writes blobs of 4 MB, each filled with one byte, until it is killed. */
const WRITER = `
  import { LocalBlobStore } from './io/store/local-blob-store.ts';
  const store = new LocalBlobStore(process.argv[1]);
  for (let i = 0; ; i++) {
    await store.put('blobs/' + i, new Uint8Array(4_000_000).fill(i % 256), { ifAbsent: i % 2 === 0 });
    process.stdout.write('.');
  }
`;

it('a writer killed with -9 at any moment leaves whole blobs only, and its leftovers are collected', async () => {
  const root = join(await temporaryFolder(), 'store');
  const store = new LocalBlobStore(root);
  for (let round = 0; round < 3; round++) {
    const writer = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', WRITER, root], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // Killed in the middle of whatever follows the first few blobs.
    for (let blobs = 0; blobs < 2 + round; blobs++) {
      await once(writer.stdout, 'data');
    }
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const blobs = await all(store.list(''));
    expect(blobs.length).toBeGreaterThan(0);
    for (const { name, sizeBytes } of blobs) {
      expect([name, sizeBytes]).toEqual([name, 4_000_000]);
      const bytes = (await store.get(name)) ?? new Uint8Array();
      const expected = new Uint8Array(4_000_000).fill(Number(name.slice('blobs/'.length)) % 256);
      expect(digestOf(bytes)).toBe(digestOf(expected));
    }
  }
  const artifacts = await createArtifactStore(store);
  await collect(artifacts, await planCollection(artifacts, { olderThanMs: -1 }));
  expect(await all(store.leftovers())).toEqual([]);
});
