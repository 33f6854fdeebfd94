/** One process at a time does a long piece of work that all would do alike, such as filling a cache. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMissing, systemErrorCode } from './system-error.js';

const POLL_MS = 200;

/**
 * Runs the work while holding a lock file; waits while another living process of this machine holds it. A lock whose
 * process has died is taken over. In the moment of a take-over two processes may get through, so the work must be safe
 * to do twice: the lock saves time, it does not guard correctness.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await tryLock(path))) {
    await delay(POLL_MS, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
  if (!isAlive(await holder(path))) {
    await rm(path, { force: true });
  }
  return false;
}

/** The process id in the lock file; undefined while it is not written yet. */
async function holder(path: string): Promise<number | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) {
    return true;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}
