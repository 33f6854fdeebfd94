/** Where the embedded server keeps its things, and on which port it listens. */
import { createServer } from 'node:net';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../files/atomic-write.js';
import { stateFolder, type Environment } from '../files/folders.js';
import { isMissing } from '../files/system-error.js';

/** The server listens on this machine only. */
export const HOST = '127.0.0.1';

/** The files of one embedded server; the state folder decides which server it is. */
export interface ServerPlace {
  readonly folder: string;
  readonly database: string;
  readonly pidFile: string;
  readonly recordFile: string;
  readonly logFile: string;
  readonly lockFile: string;
}

/** What is written before the server starts; it stays when the server stops, so that the port stays the same. */
export interface ServerRecord {
  readonly port: number;
  readonly program: string;
  readonly serverVersion: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The files of the server of a state folder. */
export function serverPlace(env: Environment = process.env): ServerPlace {
  const folder = resolve(stateFolder(env), 'temporal');
  const file = (name: string): string => join(folder, name);
  return {
    folder,
    database: file('temporal.db'),
    pidFile: file('server.pid'),
    recordFile: file('server.json'),
    logFile: file('server.log'),
    lockFile: file('server.lock'),
  };
}

/** The record of the last start, or undefined when there is none that makes sense. */
export async function readRecord(place: ServerPlace): Promise<ServerRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(place.recordFile, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function isRecord(value: unknown): value is ServerRecord {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { port, program, serverVersion, startedAt } = value as Partial<Record<keyof ServerRecord, unknown>>;
  return (
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port > 0 &&
    port < 65_536 &&
    typeof program === 'string' &&
    typeof serverVersion === 'string' &&
    typeof startedAt === 'string'
  );
}

/** Writes the record of a start. */
export async function writeRecord(place: ServerPlace, record: ServerRecord): Promise<void> {
  await writeFileAtomically(place.recordFile, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Ports below the range from which systems take the ports of outgoing connections (32768 on Linux). */
const FIRST_PORT = 17_000;
const PORT_COUNT = 15_000;
const PORT_ATTEMPTS = 200;

/**
 * A free port for the server of a state folder: the one of its last start if it is free, so that workers and commands
 * which are still connected find it again, else the next free one from a place that the folder's path decides.
 */
export async function choosePort(place: ServerPlace, last: number | undefined): Promise<number | undefined> {
  if (last !== undefined && (await isPortFree(last))) {
    return last;
  }
  const start = createHash('sha256').update(place.folder).digest().readUInt32BE(0);
  for (let i = 0; i < PORT_ATTEMPTS; i++) {
    const port = FIRST_PORT + ((start + i) % PORT_COUNT);
    if (await isPortFree(port)) {
      return port;
    }
  }
  return undefined;
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: HOST, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
