/** Reading and writing of modules that end early: whoever is told of it may close the files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AdapterFolder, openAdapter } from '../../../io/adapter/adapter-folder.js';
import { readModules } from '../../../io/adapter/read-modules.js';
import { nameA, writeModules } from '../../../io/adapter/write-modules.js';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';

const PATHS = ['one', 'three', 'two'];

let root = '';
let adapter: AdapterFolder;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-modules-'));
  const shape = { rows: 6, width: 8, rank: 2 };
  const modules = Object.fromEntries(PATHS.map((path, seed) => [path, randomFactors(seed, shape)]));
  adapter = await openAdapter(await writeAdapterFolder(join(root, 'e'), { modules }));
});
afterAll(async () => {
  await adapter.close();
  await rm(root, { recursive: true, force: true });
});

/** A promise that is kept when it is told to. */
function later(): { readonly done: Promise<void>; readonly finish: () => void } {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  return { done, finish };
}

it('a module whose A cannot be written fails once its B is not being written any more', async () => {
  const slow = later();
  const settled = vi.fn<() => void>();
  const writing = writeModules({
    adapters: [adapter],
    paths: ['one'],
    ranks: new Map([['one', 2]]),
    coefficients: () => ({ coefficients: new Float64Array(6).fill(1) }),
    dtype: 'F32',
    writer: { write: (name) => (name === nameA('one') ? Promise.reject(new Error('full')) : slow.done) },
    onModule: settled,
  });
  writing.then(settled, settled);
  for (let turn = 0; turn < 50; turn++) {
    await setImmediate();
  }
  expect(settled).not.toHaveBeenCalled();
  slow.finish();
  await expect(writing).rejects.toThrow('full');
});

it('a reader that stops is told when the next module is no longer being read', async () => {
  const slow = later();
  const begun: string[] = [];
  const half: AdapterFolder = Object.assign(Object.create(adapter) as AdapterFolder, {
    async readFactors(path: string) {
      begun.push(path);
      await (path === 'three' ? slow.done : undefined);
      return adapter.readFactors(path);
    },
  });
  const modules = readModules([half], PATHS);
  expect((await modules.next()).value).toMatchObject({ path: 'one' });
  expect(begun).toEqual(['one', 'three']);
  const settled = vi.fn<() => void>();
  const stopped = modules.return();
  stopped.then(settled, settled);
  await setImmediate();
  expect(settled).not.toHaveBeenCalled();
  slow.finish();
  await stopped;
});
