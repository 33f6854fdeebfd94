/** The providers of onnxruntime that are libraries of their own: where they are, and why one cannot be loaded. */
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '../../core/errors.js';
import { runtimeFolder } from './runtime-version.js';

/** What is wrong, and what to do about it. */
export interface ProviderProblem {
  readonly message: string;
  readonly hint: string;
}

/** Every provider library needs it beside itself. */
const SHARED = 'shared';

/** The folders of the package that native libraries of this platform may be in: one per version of Node-API. */
function bindingFolders(): readonly string[] {
  const bin = join(runtimeFolder(), 'bin');
  return readdirSync(bin).map((api) => join(bin, api, process.platform, process.arch));
}

function libraryName(provider: string): string {
  return process.platform === 'win32'
    ? `onnxruntime_providers_${provider}.dll`
    : `libonnxruntime_providers_${provider}.so`;
}

/** Whether the library of a provider (`cuda`, `tensorrt`) is installed: the package's install script fetches it. */
export function hasProviderLibrary(provider: string): boolean {
  return bindingFolders().some((folder) => existsSync(join(folder, libraryName(provider))));
}

/**
 * Why a provider's library cannot be loaded, of which onnxruntime says no more than that it failed.
 *
 * @param folders - where to look; default: where onnxruntime does
 * @returns undefined when it can be loaded
 */
export function providerProblem(
  provider: string,
  folders: readonly string[] = bindingFolders(),
): ProviderProblem | undefined {
  const name = libraryName(provider);
  const folder = folders.find((place) => existsSync(join(place, name)));
  const reinstall = `Delete every ${libraryName('*')} of onnxruntime-node and install them again (docs/gpu.md).`;
  if (folder === undefined) {
    return { message: `${name} is not installed`, hint: 'Install it as docs/gpu.md describes.' };
  }
  if (!existsSync(join(folder, libraryName(SHARED)))) {
    return { message: `${libraryName(SHARED)} is missing next to ${name}`, hint: reinstall };
  }
  // The first must be loaded for the second to find its symbols, as onnxruntime does it.
  const reason = loadFailure(join(folder, libraryName(SHARED))) ?? loadFailure(join(folder, name));
  if (reason === undefined) {
    return undefined;
  }
  const missing = /^(lib\S+\.so[.\d]*): cannot open shared object file/.exec(reason)?.[1];
  if (missing === undefined) {
    return { message: `${name} cannot be loaded: ${reason}`, hint: reinstall };
  }
  return {
    message: `${name} needs ${missing}, which is not found`,
    hint: missing.startsWith('libcuda.')
      ? "Install NVIDIA's driver; a container must be started with access to the GPU."
      : `Install the CUDA libraries of that version (docs/gpu.md), or name their folder in LD_LIBRARY_PATH.`,
  };
}

/** What the dynamic loader says of a library; undefined when it loads. */
function loadFailure(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_LAZY | constants.dlopen.RTLD_GLOBAL);
  } catch (error) {
    const text = errorMessage(error);
    // Node loads only its own modules, and says so after the library has been loaded.
    return /did not self-register/.test(text) ? undefined : text.replace(/\s+/g, ' ').trim();
  }
  return undefined;
}
