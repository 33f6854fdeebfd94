/** Shows a file with the program that the system has for it. */
import { spawn } from 'node:child_process';

/** The system's own opener. `explorer` on Windows takes the path as it is; `start` would hand it to a shell. */
function openerOf(platform: NodeJS.Platform): string {
  return platform === 'darwin' ? 'open' : platform === 'win32' ? 'explorer.exe' : 'xdg-open';
}

/** Time after which an opener that has not failed is left alone. */
const PATIENCE_MS = 2_000;

/**
 * Opens a file and returns soon; where that is not possible it says so on stderr, and the file is there all the same.
 *
 * @param opener - another program than the system's
 */
export async function openInBrowser(file: string, opener: string = openerOf(process.platform)): Promise<void> {
  const problem = await new Promise<string | undefined>((resolve) => {
    const child = spawn(opener, [file], { stdio: 'ignore', detached: true });
    const patience = setTimeout(() => {
      resolve(undefined);
    }, PATIENCE_MS);
    const end = (message: string | undefined): void => {
      clearTimeout(patience);
      resolve(message);
    };
    child.once('error', (error) => {
      end(error.message);
    });
    child.once('exit', (code) => {
      // explorer.exe ends with 1 although it has opened the file
      end(code === 0 || process.platform === 'win32' ? undefined : `${opener} ended with ${String(code)}`);
    });
    child.unref();
  });
  if (problem !== undefined) {
    process.stderr.write(`cannot open it (${problem}); open this file yourself: ${file}\n`);
  }
}
