/** What `ominus doctor` looks at: one function per line of its answer. None of them throws or fetches anything. */
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { errorMessage, OminusError } from '../../core/errors.js';
import { cacheFolder, stateFolder } from '../../io/files/folders.js';
import { packageRoot } from '../../io/files/package-root.js';
import { isMissing } from '../../io/files/system-error.js';
import { createInferenceEngine } from '../../io/model/engine.js';
import { runtimeVersion } from '../../io/model/runtime-version.js';
import type { Device } from '../../io/model/types.js';
import { defaultStoreUri, openBlobStore } from '../../io/store/open.js';
import { findBinary, TEMPORAL_CLI } from '../../io/temporal/binary.js';
import { configuredCluster } from '../../io/temporal/cluster.js';
import { connect, openClient } from '../../io/temporal/connection.js';
import { serverStatus } from '../../io/temporal/server.js';
import { chosenDevice, DEVICES } from '../session/session.js';

/** One line of the answer. Only an `error` makes ominus unusable. */
export interface Finding {
  readonly name: string;
  readonly level: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Outputs, results and the server's database of a study of small adapters. */
const DISK_NEEDED_BYTES = 2 * GIB;
/** The server takes 0.25 GB, a small model and its runtime about 1 GB. */
const MEMORY_NEEDED_BYTES = 2 * GIB;

/** The oldest Node that `engines` in package.json accepts; a test compares the two. */
export const OLDEST_NODE: readonly [number, number] = [20, 11];

/** All checks, in the order of the answer. */
export const CHECKS: readonly (() => Promise<Finding>)[] = [
  guarded('node', node),
  guarded('server program', serverProgram),
  guarded('server', server),
  guarded('store', store),
  guarded('inference', inference),
  guarded('disk', disk),
  guarded('memory', memory),
];

/** An error becomes a finding: doctor is what people run when something is broken. */
function guarded(
  name: string,
  check: () => Omit<Finding, 'name'> | Promise<Omit<Finding, 'name'>>,
): () => Promise<Finding> {
  return async () => {
    try {
      return { name, ...(await check()) };
    } catch (error) {
      const hint = error instanceof OminusError ? error.hint : undefined;
      return { name, level: 'error', message: errorMessage(error), ...(hint === undefined ? {} : { hint }) };
    }
  };
}

function node(): Omit<Finding, 'name'> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const message = `Node ${process.versions.node}, ominus ${packageRoot().version}, ${process.platform} ${process.arch}`;
  return isOld
    ? { level: 'error', message, hint: `Install Node ${OLDEST_NODE.join('.')} or later.` }
    : { level: 'ok', message };
}

async function serverProgram(): Promise<Omit<Finding, 'name'>> {
  if (configuredCluster() !== undefined) {
    return { level: 'ok', message: 'not needed: a server is configured' };
  }
  const binary = await findBinary();
  if (binary !== undefined) {
    return { level: 'ok', message: `Temporal ${binary.serverVersion} from ${binary.origin} (${binary.path})` };
  }
  const ways = TEMPORAL_CLI.sources.map(({ title }) => title).join(', else ');
  return {
    level: 'warning',
    message: `not installed; the first run fetches it into ${cacheFolder()}: ${ways}`,
    hint: `Without a network, put the Temporal CLI on PATH or name it in ${TEMPORAL_CLI.variable}.`,
  };
}

async function server(): Promise<Omit<Finding, 'name'>> {
  const cluster = configuredCluster();
  if (cluster !== undefined) {
    const warnings: string[] = [];
    const opened = await openClient({ server: await connect(), onProgress: (line) => warnings.push(line) });
    await opened.close();
    const message = `configured: ${cluster.address}, namespace ${cluster.namespace}`;
    const [hint] = warnings;
    return hint === undefined ? { level: 'ok', message } : { level: 'warning', message, hint };
  }
  const { state, address, pid, databaseBytes, place } = await serverStatus();
  const database = `database ${String(Math.ceil(databaseBytes / MIB))} MiB`;
  switch (state) {
    case 'running':
      return { level: 'ok', message: `embedded, running at ${address ?? ''} (process ${String(pid)}, ${database})` };
    case 'stopped':
      return { level: 'ok', message: `embedded, not running (${database}); the next run starts it` };
    case 'unresponsive':
      return {
        level: 'error',
        message: `embedded, process ${String(pid)} does not answer (log: ${place.logFile})`,
        hint: 'Run `ominus down`; the next run starts it again.',
      };
  }
}

/** Writes, reads and removes a small blob: nothing less proves that a store can be used. */
async function store(): Promise<Omit<Finding, 'name'>> {
  const blobs = await openBlobStore(defaultStoreUri());
  const name = `doctor/${String(process.pid)}-${String(Date.now())}`;
  const bytes = new TextEncoder().encode('ominus doctor');
  await blobs.put(name, bytes);
  const read = await blobs.get(name);
  await blobs.remove(name);
  return read !== undefined && Buffer.compare(read, bytes) === 0
    ? { level: 'ok', message: `${blobs.uri} can be written and read` }
    : {
        level: 'error',
        message: `${blobs.uri} returns other bytes than were written`,
        hint: 'Choose another OMINUS_STORE.',
      };
}

/** Devices compute something small: their libraries may be there without a GPU or a driver. */
async function inference(): Promise<Omit<Finding, 'name'>> {
  const version = runtimeVersion(); // says what to do where it is not installed
  const { installedProviders } = await import('../../io/model/providers.js');
  const providers = installedProviders();
  const installed = DEVICES.filter((device) => providers.includes(device));
  const problems = new Map<Device, string>();
  await Promise.all(
    installed.map(async (device) => {
      const engine = createInferenceEngine({ device, threads: 1 });
      await engine.probe().catch((error: unknown) => problems.set(device, withHint(error)));
      await engine.close();
    }),
  );
  const working = installed.filter((device) => !problems.has(device));
  const wanted = chosenDevice(undefined);
  const message = `onnxruntime ${version} computes on ${working.length === 0 ? 'no device' : working.join(', ')}`;
  const hints = [...problems].map(([device, problem]) => `${device} does not work on this machine: ${problem}`);
  if (!installed.includes('cuda')) {
    hints.push(
      'For CUDA (Linux x64): set "onnxruntime-node": true under "allowScripts" in package.json and run npm rebuild ' +
        "onnxruntime-node, which downloads onnxruntime's CUDA library. NVIDIA's driver and libraries must be installed too (docs/gpu.md).",
    );
  }
  const hint = hints.join('\n');
  return working.includes(wanted)
    ? { level: 'ok', message, ...(hint === '' ? {} : { hint }) }
    : { level: 'error', message: `${message}, but [device=${wanted}] was requested`, hint };
}

/** With what to do about it, unless that is to ask doctor. */
function withHint(error: unknown): string {
  const hint = error instanceof OminusError ? error.hint : undefined;
  return hint === undefined || hint.startsWith('ominus doctor')
    ? errorMessage(error)
    : `${errorMessage(error)}. ${hint}`;
}

async function disk(): Promise<Omit<Finding, 'name'>> {
  const folder = await existingParent(stateFolder());
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${gib(free)} free at ${folder}`;
  return free < DISK_NEEDED_BYTES
    ? {
        level: 'warning',
        message,
        hint: 'Free some space, or choose other folders with OMINUS_STATE_DIR and OMINUS_STORE.',
      }
    : { level: 'ok', message };
}

async function existingParent(path: string): Promise<string> {
  try {
    await statfs(path);
    return path;
  } catch (error) {
    if (isMissing(error) && dirname(path) !== path) {
      return existingParent(dirname(path));
    }
    throw error;
  }
}

function memory(): Omit<Finding, 'name'> {
  const message = `${gib(freemem())} free of ${gib(totalmem())}`;
  return totalmem() < MEMORY_NEEDED_BYTES
    ? { level: 'warning', message, hint: 'Models larger than the demo will not fit.' }
    : { level: 'ok', message };
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
