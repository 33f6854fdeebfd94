/** What goes wrong with a store on the local disk, and what the user is told. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const bytes = Buffer.from('content');

it('a store below a file is refused as a place, not as a defect', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  for (const place of [file, join(file, 'store')]) {
    await expect(new LocalBlobStore(place).put('a/b', bytes)).rejects.toMatchObject({
      code: 'STORE_DENIED',
      message: expect.stringContaining(place) as string,
      hint: expect.stringContaining('OMINUS_STORE') as string,
    });
  }
});

it.runIf(process.platform === 'linux')('so is one where the system makes no folders', async () => {
  await expect(new LocalBlobStore('/proc/ominus').put('a/b', bytes)).rejects.toMatchObject({
    code: 'STORE_DENIED',
    message: expect.stringContaining('ENOENT') as string,
  });
});

it.each(['ENOSPC', 'EDQUOT'])(
  'a full disk (%s) says so, says what to do, and leaves nothing half-written',
  async (code) => {
    const store = new LocalBlobStore(join(await temporaryFolder(), 'store'));
    const full = Object.assign(new Error(`${code}: no space left on device, write`), { code });
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
      await Promise.reject(full);
    };
    await expect(store.put('a/b', { stream: Readable.from(chunks()), sizeBytes: 100 })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      retryable: true,
      message: expect.stringMatching(new RegExp(`the disk is full .*name=a/b.*${code}`)) as string,
      hint: expect.stringContaining('ominus store gc') as string,
    });
    expect(await store.stat('a/b')).toBeUndefined();
    expect((await store.leftovers().next()).done).toBe(true);
  },
);
