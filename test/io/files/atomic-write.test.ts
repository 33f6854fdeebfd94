import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, publish, writeDurably, writeFileAtomically } from '../../../io/files/atomic-write.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

test('a folder is made with its parents, by any number of callers at once', async () => {
  const path = join(await temporaryFolder(), 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  await makeFolder(path);
  expect(await readdir(path)).toEqual([]);
});

test('a folder that cannot be made is an error, never a loop', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.runIf(process.platform === 'linux')('nor where the system says that an existing parent is not there', async () => {
  await expect(makeFolder('/proc/ominus/x')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file is replaced as a whole, and a failed writer leaves the old one and nothing else', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'deep', 'file');
  await writeFileAtomically(path, 'old');
  const torn = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    await Promise.reject(new Error('torn'));
  };
  await expect(writeFileAtomically(path, torn())).rejects.toThrow('torn');
  expect(await readFile(path, 'utf8')).toBe('old');
  await writeFileAtomically(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'deep'))).toEqual(['file']);
});

test('of several publishers under one name the first wins, and the others are told', async () => {
  const folder = await temporaryFolder();
  const outcomes = await Promise.all(
    [1, 2, 3].map(async (i) => {
      const temporary = join(folder, `${String(i)}.tmp`);
      await writeDurably(temporary, String(i));
      return publish(temporary, join(folder, 'sub', 'name'), { ifAbsent: true });
    }),
  );
  expect(outcomes.sort()).toEqual(['exists', 'exists', 'written']);
  expect(await readdir(folder)).toEqual(['sub']);
});
