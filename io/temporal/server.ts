/** The embedded Temporal server: one per state folder, started when needed, shared by all commands, stopped on request. */
import type { ChildProcess } from 'node:child_process';
import { open, rm, stat, truncate } from 'node:fs/promises';
import { OminusError } from '../../core/errors.js';
import { SEARCH_ATTRIBUTES } from '../../core/search-attributes.js';
import { makeFolder } from '../files/atomic-write.js';
import { withFileLock } from '../files/file-lock.js';
import type { Environment } from '../files/folders.js';
import { provideBinary } from './binary.js';
import { SEARCH_ATTRIBUTE_NAMES } from './search-attributes.js';
import {
  choosePort,
  HOST,
  readRecord,
  serverPlace,
  writeRecord,
  type ServerPlace,
  type ServerRecord,
} from './server-place.js';
import { endProcess, isProcessWith, readPid, startDetached } from './server-process.js';
import { answers, NAMESPACE, setUpServer } from './server-setup.js';
import { PATIENCE_MINUTES, waitForAnswer } from './wait-for-answer.js';

const CONNECT_TIMEOUT_MS = 1_000;
/** Another command may be fetching the server meanwhile. */
const LOCK_TIMEOUT_MS = 20 * 60_000;
const STOP_GRACE_MS = 10_000;
/** Attempts to find a port: another process may take it between the look and the start. */
const START_ATTEMPTS = 3;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const LOG_TAIL_BYTES = 2_000;

/** What a caller may want to change. */
export interface ServerOptions {
  readonly env?: Environment;
  /** Told a line before something that may take minutes. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** A server that answers. */
export interface RunningServer {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Whether this call started it. */
  readonly started: boolean;
}

/** What is known about the embedded server without changing anything. */
export interface ServerStatus {
  readonly state: 'running' | 'stopped' | 'unresponsive';
  readonly pid: number | undefined;
  readonly address: string | undefined;
  readonly record: ServerRecord | undefined;
  readonly place: ServerPlace;
  readonly databaseBytes: number;
}

/**
 * Attaches to the embedded server of the user's state folder, or starts it. Workflows survive a restart, and the port
 * stays the same, so that connected clients find it again. Safe to call from any number of processes at once.
 *
 * @throws OminusError `SERVER_UNREACHABLE` when it does not come up or does not answer, `SERVER_BINARY_MISSING` when
 *   there is no server program to be had
 */
export async function ensureServer(options: ServerOptions = {}): Promise<RunningServer> {
  const place = serverPlace(options.env);
  return (
    (await attach(place, options)) ??
    (await locked(place, async () => (await attach(place, options)) ?? (await start(place, options))))
  );
}

/** What is known about the embedded server; starts and changes nothing. */
export async function serverStatus(env: Environment = process.env): Promise<ServerStatus> {
  const place = serverPlace(env);
  const [pid, record] = [await ownPid(place), await readRecord(place)];
  const address = record === undefined ? undefined : addressOf(record);
  const isUp = pid !== undefined && address !== undefined && (await answers(address, CONNECT_TIMEOUT_MS));
  return {
    state: pid === undefined ? 'stopped' : isUp ? 'running' : 'unresponsive',
    pid,
    address: pid === undefined ? undefined : address,
    record,
    place,
    databaseBytes: await sizeOf(place.database),
  };
}

/**
 * Stops the embedded server of the state folder, and nothing else: the process is recognised by its database. Runs
 * under way wait in the database.
 *
 * @returns the id of the process that was stopped, or undefined when none was running
 */
export async function stopServer(env: Environment = process.env): Promise<number | undefined> {
  const place = serverPlace(env);
  if ((await ownPid(place)) === undefined) {
    return undefined;
  }
  return locked(place, async () => {
    const pid = await ownPid(place);
    if (pid !== undefined) {
      await endProcess(pid, place.database, STOP_GRACE_MS);
      await rm(place.pidFile, { force: true });
    }
    return pid;
  });
}

/** The id of our living server. */
async function ownPid(place: ServerPlace): Promise<number | undefined> {
  const pid = await readPid(place.pidFile);
  return pid !== undefined && (await isProcessWith(pid, place.database)) ? pid : undefined;
}

async function attach(place: ServerPlace, options: ServerOptions): Promise<RunningServer | undefined> {
  const pid = await ownPid(place);
  if (pid === undefined) {
    return undefined;
  }
  let address: string | undefined;
  const waited = await waitForAnswer({
    answers: async (timeoutMs) => {
      const record = await readRecord(place);
      address = record === undefined ? undefined : addressOf(record);
      return address !== undefined && (await answers(address, timeoutMs));
    },
    isAlive: async () => (await ownPid(place)) !== undefined,
    onSlow: () => {
      options.onProgress?.(
        `the embedded server runs but is slow to answer [pid=${String(pid)}]: waiting for it; \`ominus down\` stops it`,
      );
    },
  });
  if (waited === 'silent') {
    throw new OminusError('SERVER_UNREACHABLE', {
      message: `the embedded server runs but has not answered for ${PATIENCE_MINUTES} minutes [pid=${String(pid)}, log=${place.logFile}]`,
      hint: 'Run `ominus down`, then the same command again: finished results are kept.',
    });
  }
  return waited === 'ended' || address === undefined ? undefined : { address, namespace: NAMESPACE, started: false };
}

async function start(place: ServerPlace, options: ServerOptions): Promise<RunningServer> {
  const binary = await provideBinary(options);
  if ((await sizeOf(place.logFile)) > LOG_LIMIT_BYTES) {
    await truncate(place.logFile);
  }
  let lastPort = (await readRecord(place))?.port;
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(place, lastPort);
    if (port === undefined) {
      throw new OminusError('SERVER_UNREACHABLE', {
        message: 'the embedded server found no free port',
        hint: 'Close programs that listen on many ports, or set TEMPORAL_ADDRESS to a running server.',
      });
    }
    const record = { port, program: binary.path, serverVersion: binary.serverVersion, startedAt: now() };
    await writeRecord(place, record);
    const logStart = await sizeOf(place.logFile);
    const child = await startDetached({ ...place, program: binary.path, args: serverArguments(place, port) });
    const failure = await waitUntilUp(child, place, { address: addressOf(record), logStart }, options);
    if (failure === undefined) {
      return { address: addressOf(record), namespace: NAMESPACE, started: true };
    }
    await rm(place.pidFile, { force: true });
    if (!/address already in use/.test(failure) || attempt === START_ATTEMPTS) {
      throw startError(place, failure);
    }
    lastPort = undefined;
  }
}

function serverArguments(place: ServerPlace, port: number): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', HOST, '--port', String(port)],
    ...['--db-filename', place.database, '--log-level', 'warn'],
    // Write-ahead log: no finished task was lost in repeated kill -9; and several times the throughput.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...SEARCH_ATTRIBUTE_NAMES.flatMap((name) => ['--search-attribute', `${name}=${SEARCH_ATTRIBUTES[name]}`]),
  ];
}

/** Waits for the first answer of a server that was started. Returns what went wrong instead, as the server said it. */
async function waitUntilUp(
  child: ChildProcess,
  place: ServerPlace,
  started: { readonly address: string; readonly logStart: number },
  options: ServerOptions,
): Promise<string | undefined> {
  const waited = await waitForAnswer({
    answers: (timeoutMs) => answers(started.address, timeoutMs),
    isAlive: () => Promise.resolve(child.exitCode === null && child.signalCode === null),
    onSlow: () => {
      options.onProgress?.('the embedded server is slow to start: waiting for it');
    },
  });
  if (waited === 'answered') {
    await setUpServer(started.address);
    return undefined;
  }
  if (waited === 'silent' && child.pid !== undefined) {
    await endProcess(child.pid, place.database, 0);
  }
  const log = await logTail(place, started.logStart);
  return waited === 'silent'
    ? `no answer within ${PATIENCE_MINUTES} minutes. ${log}`
    : log || `it ended with status ${String(child.exitCode ?? child.signalCode)}`;
}

function startError(place: ServerPlace, failure: string): OminusError {
  const isBusy = /SQLITE_BUSY|database is locked/.test(failure);
  return new OminusError('SERVER_UNREACHABLE', {
    message: isBusy
      ? `another program has the embedded server's database open [database=${place.database}]`
      : `the embedded server did not start [log=${place.logFile}]: ${failure}`,
    hint: isBusy
      ? 'Stop the program that uses this file, or choose another folder with OMINUS_STATE_DIR.'
      : 'Read the log, or set TEMPORAL_ADDRESS to a running server.',
  });
}

/** Runs the work while no other command starts or stops this server. */
async function locked<T>(place: ServerPlace, work: () => Promise<T>): Promise<T> {
  await makeFolder(place.folder);
  const timeout = AbortSignal.timeout(LOCK_TIMEOUT_MS);
  try {
    return await withFileLock(place.lockFile, work, timeout);
  } catch (error) {
    if (timeout.aborted) {
      throw new OminusError('SERVER_UNREACHABLE', {
        message: `another command has been starting the embedded server for too long [lock=${place.lockFile}]`,
        hint: 'Delete that file if no other ominus command is running.',
        cause: error,
      });
    }
    throw error;
  }
}

/** The last lines that the server wrote since a position of its log. */
async function logTail(place: ServerPlace, from: number): Promise<string> {
  const file = await open(place.logFile, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
    return buffer.toString('utf8', 0, bytesRead).trim().replaceAll('\n', ' ');
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function addressOf(record: ServerRecord): string {
  return `${HOST}:${String(record.port)}`;
}

function now(): string {
  return new Date().toISOString();
}
