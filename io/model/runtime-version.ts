/** Which onnxruntime is installed, without loading its native library. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { OminusError } from '../../core/errors.js';

/**
 * The folder of the installed onnxruntime-node. It is an optional dependency: its install script fetches CUDA libraries,
 * and where it cannot, npm leaves the package out instead of failing.
 *
 * @throws OminusError `DEVICE_UNAVAILABLE` when it was left out
 */
export function runtimeFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch (error) {
    throw new OminusError('DEVICE_UNAVAILABLE', {
      message: 'onnxruntime-node is not installed: npm leaves it out when its CUDA libraries cannot be downloaded',
      hint: 'Install ominus again, as ONNXRUNTIME_NODE_INSTALL=skip npm install and the file of the package; this downloads no CUDA libraries.',
      cause: error,
    });
  }
}

/**
 * Version of the installed onnxruntime-node.
 *
 * @throws OminusError `DEVICE_UNAVAILABLE` when there is none
 */
export function runtimeVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)(`${runtimeFolder()}/package.json`);
  return (manifest as { readonly version: string }).version; // every package has one
}
