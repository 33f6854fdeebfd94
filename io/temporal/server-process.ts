/** The server's process: started so that it outlives its command, recognised by its database, stopped by its id only. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isMissing, systemErrorCode } from '../files/system-error.js';

const POLL_MS = 50;

/**
 * The shell writes its own id, which the server keeps after `exec`: a server without an id on disk cannot exist, not
 * even when the command that starts it is killed in that moment.
 */
const WRITE_PID_AND_EXEC = 'umask 077; echo $$ > "$0" && exec "$@"';

/** How to start a server. */
export interface StartOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly pidFile: string;
  readonly logFile: string;
  readonly folder: string;
}

/** Starts a detached process; its output goes to the log file, its id to the pid file. */
export async function startDetached(options: StartOptions): Promise<ChildProcess> {
  const log = await open(options.logFile, 'a', 0o600);
  try {
    const child = spawn('/bin/sh', ['-c', WRITE_PID_AND_EXEC, options.pidFile, options.program, ...options.args], {
      cwd: options.folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        // The CLI would read its own settings from TEMPORAL_… and fail over a profile that is meant for clusters.
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))),
        // Servers ask their maker for news otherwise, and tell who asks.
        TEMPORAL_VERSION_CHECK_DISABLED: '1',
      },
    });
    child.unref();
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } finally {
    await log.close();
  }
}

/** The id in a pid file, or undefined when there is none that makes sense. */
export async function readPid(pidFile: string): Promise<number | undefined> {
  try {
    const text = (await readFile(pidFile, 'utf8')).trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Whether a process is alive and has the given argument on its command line. Ids are used again by the system, so an id
 * alone says nothing; the path of our database does.
 */
export async function isProcessWith(pid: number, argument: string): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      // The arguments, each with a zero byte behind it; nothing for a zombie.
      return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')).includes(`\0${argument}\0`);
    } catch (error) {
      if (isMissing(error) || systemErrorCode(error) === 'ESRCH') {
        return false;
      }
      throw error;
    }
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
    return stdout.includes(argument);
  } catch {
    return false; // ps fails for an id that is not there
  }
}

/**
 * Ends a process that was recognised before: asks with SIGTERM, insists with SIGKILL after the grace time.
 *
 * @returns when the process is gone
 */
export async function endProcess(pid: number, argument: string, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  signal(pid, 'SIGTERM');
  while (await isProcessWith(pid, argument)) {
    if (Date.now() > deadline) {
      signal(pid, 'SIGKILL');
    }
    await delay(POLL_MS);
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}
