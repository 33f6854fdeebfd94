/** Which devices the installed onnxruntime can use, as far as its files tell; a GPU and its driver are not looked for. */
import { hasProviderLibrary } from './provider-library.js';
import { knownBackends } from './runtime.js';

/** Names such as `cpu`, `webgpu`, `cuda`. */
export function installedProviders(): readonly string[] {
  return knownBackends()
    .filter(({ name, bundled }) => bundled || hasProviderLibrary(name))
    .map(({ name }) => name);
}
