/** Headless Chromium, where there is one: pages are looked at by what runs them. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** Path of the program, from `CHROMIUM_PATH` or PATH; undefined where there is none. */
export const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
].find((path) => path !== undefined && path !== '' && isProgram(path));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The document of an address after its scripts have run and nothing is being loaded any more: an event stream holds it up
 * until the stream ends.
 */
export async function domOf(url: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'ominus-chromium-'));
  try {
    const { stdout } = await promisify(execFile)(
      CHROMIUM ?? '',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        `--user-data-dir=${profile}`,
        '--virtual-time-budget=5000',
        '--dump-dom',
        url,
      ],
      { maxBuffer: 64 * 2 ** 20, timeout: 120_000 },
    );
    return stdout;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
