/** Why a provider's library cannot be loaded, with libraries that are made here. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { providerProblem } from '../../../io/model/provider-library.js';
import { hasSharedLibraries, sharedLibrary } from '../../support/shared-library.js';
import { withFolder } from './support.js';

const [CUDA, SHARED] = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];

/** What is said of a folder with these files. */
function problemWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<unknown> {
  return withFolder(async (folder) => {
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes);
    }
    return providerProblem('cuda', [join(folder, 'nowhere'), folder]);
  });
}

describe.skipIf(!hasSharedLibraries)('a provider that cannot be loaded', () => {
  it('is not installed, or only in part', async () => {
    expect(await problemWith({})).toEqual({
      message: `${CUDA} is not installed`,
      hint: 'Install it as docs/gpu.md describes.',
    });
    expect(await problemWith({ [CUDA]: sharedLibrary() })).toMatchObject({
      message: `${SHARED} is missing next to ${CUDA}`,
      hint: expect.stringMatching(/^Delete every libonnxruntime_providers_\*\.so /) as string,
    });
  });

  it('needs a library that is named, with what it belongs to', async () => {
    expect(await problemWith({ [SHARED]: sharedLibrary(), [CUDA]: sharedLibrary('libcublasLt.so.99') })).toEqual({
      message: `${CUDA} needs libcublasLt.so.99, which is not found`,
      hint: 'Install the CUDA libraries of that version (docs/gpu.md), or name their folder in LD_LIBRARY_PATH.',
    });
    expect(await problemWith({ [SHARED]: sharedLibrary(), [CUDA]: sharedLibrary('libcuda.so.99') })).toMatchObject({
      message: `${CUDA} needs libcuda.so.99, which is not found`,
      hint: expect.stringContaining('driver') as string,
    });
  });

  it('is no library, as after a download that broke off', async () => {
    expect(await problemWith({ [SHARED]: sharedLibrary(), [CUDA]: 'x'.repeat(100) })).toMatchObject({
      message: expect.stringMatching(
        /^libonnxruntime_providers_cuda\.so cannot be loaded: .*invalid ELF header/,
      ) as string,
      hint: expect.stringContaining('install them again') as string,
    });
    expect(await problemWith({ [SHARED]: '', [CUDA]: sharedLibrary() })).toMatchObject({
      message: expect.stringContaining('file too short') as string,
    });
  });

  it('has no problem when it and what it needs can be loaded', async () => {
    expect(await problemWith({ [SHARED]: sharedLibrary(), [CUDA]: sharedLibrary() })).toBeUndefined();
  });
});
