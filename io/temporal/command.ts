/** Runs a helper command to its end; what it printed last is the error's message. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemErrorCode } from '../files/system-error.js';

/** What a failed command says last is what matters. */
const MESSAGE_LENGTH = 400;

/**
 * Runs a program without a shell.
 *
 * @returns its standard output
 * @throws Error with the end of its standard error, or that it is not installed
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      env: options.env ?? process.env,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 16 * 1024 * 1024,
      signal: options.signal,
    });
    return stdout;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new Error(`${program} is not installed`, { cause: error });
    }
    if (error instanceof Error && 'killed' in error && error.killed === true) {
      throw new Error(`no answer within ${String(options.timeoutMs / 1000)} s`, { cause: error });
    }
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error((output.trim() || String(error)).replaceAll(/\s+/g, ' ').slice(-MESSAGE_LENGTH), { cause: error });
  }
}
