/** Helper programs with a pinned version: found on this machine, or fetched into the user's cache once. */
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { errorMessage, OminusError } from '../../core/errors.js';
import { makeFolder, temporaryName } from '../files/atomic-write.js';
import { withFileLock } from '../files/file-lock.js';
import { cacheFolder, type Environment } from '../files/folders.js';

/** One way to get a program. */
export interface ToolSource {
  /** What it does, for progress lines and errors: `go install example.org/x@v1`. */
  readonly title: string;
  /** Puts an executable file with the tool's name into the (existing, empty) folder, or throws. */
  readonly install: (folder: string, signal?: AbortSignal) => Promise<void>;
}

/** A program of a pinned version, and the ways to get it. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Environment variable that names an executable to use instead. */
  readonly variable: string;
  /** Tried in this order. */
  readonly sources: readonly ToolSource[];
}

/** A program that is there, and who provided it. */
export interface FoundTool {
  readonly path: string;
  readonly origin: 'environment' | 'PATH' | 'cache';
}

/** What a caller of {@link provideTool} may want to change. */
export interface ToolOptions {
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  /** Told before something that may take minutes. */
  readonly onInstall?: (title: string) => void;
}

/**
 * Looks for a program without fetching anything: the environment variable, PATH, the user's cache.
 *
 * @throws OminusError `SERVER_BINARY_MISSING` when the environment variable names something that cannot be run
 */
export async function findTool(tool: Tool, env: Environment = process.env): Promise<FoundTool | undefined> {
  const given = env[tool.variable];
  if (given !== undefined && given !== '') {
    if (!(await isExecutable(given))) {
      throw new OminusError('SERVER_BINARY_MISSING', {
        message: `${tool.variable} does not name a program that can be run [path=${given}]`,
        hint: `Correct ${tool.variable}, or unset it.`,
      });
    }
    return { path: given, origin: 'environment' };
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, tool.name)))) {
      return { path: join(folder, tool.name), origin: 'PATH' };
    }
  }
  const cached = cachedPath(tool, env);
  return (await isExecutable(cached)) ? { path: cached, origin: 'cache' } : undefined;
}

/**
 * The path of a program; fetched into the user's cache if it is nowhere on this machine. Safe to call from any number
 * of processes at once: one fetches, the others wait for it.
 *
 * @throws OminusError `SERVER_BINARY_MISSING` when no source works; the message says why, source by source
 */
export async function provideTool(tool: Tool, options: ToolOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const found = await findTool(tool, env);
  if (found !== undefined) {
    return found.path;
  }
  const target = join(toolsFolder(env), `${tool.name}-${tool.version}`);
  return withFileLock(
    `${target}.lock`,
    async () => (await findTool(tool, env))?.path ?? (await install(tool, target, options)),
    options.signal,
  );
}

async function install(tool: Tool, target: string, options: ToolOptions): Promise<string> {
  const problems: string[] = [];
  for (const source of tool.sources) {
    const folder = `${target}.${temporaryName()}`;
    await makeFolder(folder);
    try {
      options.onInstall?.(source.title);
      await source.install(folder, options.signal);
      await access(join(folder, tool.name), constants.X_OK);
      // What an interrupted machine may have left there is no executable, or it would have been found.
      await rm(target, { recursive: true, force: true });
      await rename(folder, target);
      return join(target, tool.name);
    } catch (error) {
      options.signal?.throwIfAborted();
      problems.push(`${source.title}: ${errorMessage(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw new OminusError('SERVER_BINARY_MISSING', {
    message: `cannot get ${tool.name} ${tool.version}: ${problems.join('; ')}`,
    hint: `Install ${tool.name} ${tool.version}, and put it on PATH or name it in ${tool.variable}.`,
  });
}

function toolsFolder(env: Environment): string {
  return join(cacheFolder(env), 'tools');
}

function cachedPath(tool: Tool, env: Environment): string {
  return join(toolsFolder(env), `${tool.name}-${tool.version}`, tool.name);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
