/** One process at a time does a long piece of work that all would do alike, such as filling a cache. */
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from './atomic-write.js';
import { isMissing, systemErrorCode } from './system-error.js';

const POLL_MS = 200;
/** The holder touches its file this often; */
const TOUCH_MS = 2_000;
/** a file not touched for this long has no holder, whatever process has got its id meanwhile. */
const STALE_MS = 30_000;

/**
 * Runs the work while holding a lock file; waits while another living process of this machine holds it. A lock whose
 * process has died, or that has not been touched for 30 s, is taken over. In the moment of a take-over two processes may
 * get through, so the work must be safe to do twice: the lock saves time, it does not guard correctness.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await makeFolder(dirname(path));
  while (!(await tryLock(path))) {
    await delay(POLL_MS, undefined, { signal });
  }
  const touch = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined); // a missed touch is made up for by the next
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
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
  if (!isAlive(await holder(path)) || (await ageMs(path)) > STALE_MS) {
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

/** Time since the file was touched; 0 when it has gone meanwhile. */
async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) {
      return 0;
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
