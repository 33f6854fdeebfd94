/** Programs built from source by the Go tool chain, whose module proxy and checksum database pin what is built. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemErrorCode } from '../files/system-error.js';
import type { ToolSource } from './tool.js';

/** Building takes one to three minutes on two cores; a machine that needs longer than this is stuck. */
const BUILD_TIMEOUT_MS = 15 * 60_000;
/** What a failed build says last is what matters. */
const MESSAGE_LENGTH = 400;

/** `go install PACKAGE@VERSION` into the given folder. */
export function goInstall(packageAtVersion: string): ToolSource {
  return {
    title: `go install ${packageAtVersion}`,
    async install(folder, signal) {
      try {
        await promisify(execFile)('go', ['install', packageAtVersion], {
          // GOBIN cannot be combined with cross-compilation; GOFLAGS of the user might say -mod=vendor.
          env: { ...process.env, GOBIN: folder, GOOS: '', GOARCH: '', GOFLAGS: '' },
          timeout: BUILD_TIMEOUT_MS,
          maxBuffer: 16 * 1024 * 1024,
          signal,
        });
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') {
          throw new Error('Go is not installed', { cause: error });
        }
        const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
        throw new Error(output.trim().replaceAll('\n', ' ').slice(-MESSAGE_LENGTH), { cause: error });
      }
    },
  };
}
