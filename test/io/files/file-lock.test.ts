import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withFileLock } from '../../../io/files/file-lock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

test('holders come one after the other, and leave nothing behind', async () => {
  const path = join(await temporaryFolder(), 'deep', 'lock');
  let [inside, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await delay(20);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(path, work)));
  await expect(withFileLock(path, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that has died is taken over', async () => {
  const path = join(await temporaryFolder(), 'lock');
  await writeFile(path, String(spawnSync(process.execPath, ['--version']).pid));
  expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done');
});

test('a lock that nobody touches is taken over, though its id belongs to somebody or was never written', async () => {
  const path = join(await temporaryFolder(), 'lock');
  for (const content of [String(process.pid), '']) {
    await writeFile(path, content);
    const waiting = withFileLock(path, () => Promise.resolve(), AbortSignal.timeout(500));
    await expect(waiting).rejects.toThrow('aborted');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path, longAgo, longAgo);
    await withFileLock(path, () => Promise.resolve());
  }
});
