/** Which devices the installed onnxruntime can use, as far as its files tell; a GPU and its driver are not looked for. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { knownBackends } from './runtime.js';

/** Names such as `cpu`, `webgpu`, `cuda`. */
export function installedProviders(): readonly string[] {
  return knownBackends()
    .filter(({ name, bundled }) => bundled || hasLibrary(name))
    .map(({ name }) => name);
}

/** The CUDA and TensorRT libraries come by the package's install script only, into the folder of the binding. */
function hasLibrary(name: string): boolean {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const library =
    process.platform === 'win32' ? `onnxruntime_providers_${name}.dll` : `libonnxruntime_providers_${name}.so`;
  return readdirSync(bin).some((api) => existsSync(join(bin, api, process.platform, process.arch, library)));
}
