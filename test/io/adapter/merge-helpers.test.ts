/** Threads that cannot be started, and threads that are lost. */
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { readFormula } from '../../../core/expression/resolve.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { type MergedAdapter, mergeAdapters } from '../../../io/adapter/merge-adapters.js';
import { MergeHelper } from '../../../io/adapter/merge-helpers.js';
import { ModuleQueue } from '../../../io/adapter/module-queue.js';
import { createSafetensors } from '../../../io/safetensors/writer.js';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';

/** Threads as the system gives them here: so many; or `silent` ones, which do nothing. */
const system = vi.hoisted(() => ({ room: Infinity, started: 0, ended: 0, code: 'ERR_WORKER_INIT_FAILED' }));
const silent = vi.hoisted(() => ({ thread: undefined as EventEmitter | undefined, areWanted: false }));

vi.mock(import('node:worker_threads'), async (original) => {
  const actual = await original();
  const start = function (...args: ConstructorParameters<typeof actual.Worker>): unknown {
    if (silent.areWanted) {
      silent.thread = Object.assign(new EventEmitter(), { postMessage: vi.fn(), terminate: vi.fn() });
      return silent.thread;
    }
    if (system.started >= system.room) {
      throw Object.assign(new Error('EAGAIN'), { code: system.code });
    }
    system.started++;
    return new actual.Worker(...args).once('exit', () => system.ended++);
  };
  return { ...actual, Worker: start as unknown as typeof actual.Worker };
});

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-helpers-'));
});
beforeEach(() => {
  Object.assign(system, { room: Infinity, started: 0, ended: 0, code: 'ERR_WORKER_INIT_FAILED' });
  silent.areWanted = false;
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function merge(name: string, threads: number): Promise<MergedAdapter> {
  const shape = { rows: 6, width: 8, rank: 2 };
  const modules = Array.from({ length: 9 }, (_, place) => [`model.layers.${String(place)}.q`, place] as const);
  const folder = await writeAdapterFolder(join(root, `${name}-e`), {
    modules: Object.fromEntries(modules.map(([path, seed]) => [path, randomFactors(seed, shape)])),
  });
  const { formula = { kind: 'zero' } } = readFormula('1.5·e', { adapters: new Set(['e']) });
  const adapter = await openAdapter(folder);
  try {
    return await mergeAdapters({ formula, adapters: new Map([['e', adapter]]), folder: join(root, name), threads });
  } finally {
    await adapter.close();
  }
}

it('a merge makes do with the threads that the system has room for', async () => {
  const alone = await merge('alone', 1);
  for (const room of [0, 1, 2]) {
    Object.assign(system, { room, started: 0, ended: 0 });
    const name = `room-${String(room)}`;
    expect(await merge(name, 4)).toEqual(alone);
    expect(system).toMatchObject({ started: room, ended: room });
  }
});

it('a thread that fails to start for another reason is not passed over', async () => {
  Object.assign(system, { room: 0, code: 'ERR_WORKER_PATH' });
  await expect(merge('path', 2)).rejects.toMatchObject({ code: 'ERR_WORKER_PATH' });
});

it('a thread that fails is waited for until it has ended, since it may be using the files until then', async () => {
  silent.areWanted = true;
  const helper = new MergeHelper();
  const writer = await createSafetensors(join(root, 'never'), []);
  const queue = new ModuleQueue({ count: 5, threads: 2 });
  const task = {
    formula: { kind: 'zero' } as const,
    ranks: new Map<string, number>(),
    ...({ identities: new Map(), leaves: [], paths: [], semantics: 'scaled', missing: 'pass', dtype: 'F32' } as const),
  };
  const settled = vi.fn<() => void>();
  const lost = helper.mergePart(task, { adapters: [], writer, queue });
  lost.then(settled, settled);
  silent.thread?.emit('error', new Error('out of something'));
  await setImmediate();
  expect(settled).not.toHaveBeenCalled();
  silent.thread?.emit('exit', 1);
  await expect(lost).rejects.toThrow('out of something');
  expect([...queue.places()]).toEqual([]);
  await helper.end();
  await writer.abort();
});
