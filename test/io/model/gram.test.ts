/** Gram matrices by the inference child against the plain TypeScript. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pairPlace } from '../../../core/algebra/gram.js';
import type { Gram, Semantics } from '../../../core/algebra/types.js';
import { digestOf, type Digest } from '../../../core/digest.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { computeGram } from '../../../io/adapter/compute-gram.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { Device, InferenceEngine } from '../../../io/model/types.js';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { demo, withFolder } from './support.js';

const engines: InferenceEngine[] = [];
function create(device: Device = 'cpu'): InferenceEngine {
  const engine = createInferenceEngine({ device, threads: 1 });
  engines.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

const DEMO = ['expert', 'truth-', 'tox-'].map((name) => demo('adapters', name));

async function leavesOf(folders: readonly string[]): Promise<{ folder: string; digest: Digest }[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const adapter = await openAdapter(folder);
      const digest = await adapter.digest();
      await adapter.close();
      return { folder, digest };
    }),
  );
}

async function plainGram(folders: readonly string[], semantics: Semantics): Promise<Gram> {
  const adapters = await Promise.all(folders.map(openAdapter));
  const gram = await computeGram(adapters, { semantics });
  await Promise.all(adapters.map((adapter) => adapter.close()));
  return gram;
}

/** Largest difference of an entry, relative to the norms of its two rows (of which it may be a small rest). */
function worstRelative(ours: Gram, plain: Gram): number {
  const leaves = plain.leaves.length;
  let worst = 0;
  for (const [path, values] of plain.modules) {
    const others = ours.modules.get(path);
    const rows = values.length / pairPlace(leaves - 1, leaves, leaves);
    const at = (j: number, l: number, i: number): number => pairPlace(j, l, leaves) * rows + i;
    for (let j = 0; j < leaves; j++) {
      for (let l = j; l < leaves; l++) {
        for (let i = 0; i < rows; i++) {
          const norms = Math.sqrt((values[at(j, j, i)] ?? NaN) * (values[at(l, l, i)] ?? NaN));
          const difference = Math.abs((values[at(j, l, i)] ?? NaN) - (others?.[at(j, l, i)] ?? NaN));
          const relative = difference === 0 ? 0 : difference / norms;
          worst = relative <= worst ? worst : relative; // NaN stays
        }
      }
    }
  }
  return worst;
}

async function expectSame(folders: readonly string[], semantics: Semantics): Promise<void> {
  const plain = await plainGram(folders, semantics);
  const ours = await create().gram(await leavesOf(folders), semantics);
  expect(ours.leaves).toEqual(plain.leaves);
  expect(ours.leafModules).toEqual(plain.leafModules);
  expect([...ours.modules].map(([path, values]) => [path, values.length])).toEqual(
    [...plain.modules].map(([path, values]) => [path, values.length]),
  );
  expect(worstRelative(ours, plain)).toBeLessThan(1e-12);
}

describe.each(['scaled', 'reference'] as const)('engine.gram with semantics: %s', (semantics) => {
  it('equals the plain TypeScript on the adapters of the demo', () => expectSame(DEMO, semantics));

  it('equals it where ranks and scalings differ and modules are missing, one of them everywhere but in the middle', () =>
    withFolder(async (folder) => {
      const wide = { rows: 7, width: 11 };
      const tall = { rows: 13, width: 5 };
      const folders = [
        await writeAdapterFolder(join(folder, 'first'), {
          modules: {
            'layers.0.q_proj': randomFactors(1, { ...wide, rank: 4, scaling: 2 }),
            'layers.0.v_proj': randomFactors(2, { ...tall, rank: 4, scaling: 2 }),
          },
        }),
        await writeAdapterFolder(join(folder, 'rslora'), {
          modules: {
            'layers.0.q_proj': randomFactors(3, { ...wide, rank: 3 }),
            'layers.1.v_proj': randomFactors(4, { ...tall, rank: 3 }),
          },
          config: { use_rslora: true, lora_alpha: 5 },
        }),
        await writeAdapterFolder(join(folder, 'last'), {
          modules: {
            'layers.0.q_proj': randomFactors(5, { ...wide, rank: 1, scaling: 0.5 }),
            'layers.0.v_proj': randomFactors(6, { ...tall, rank: 2, scaling: 0.5 }),
          },
          config: { r: 1, rank_pattern: { 'layers.0.v_proj': 2 } },
        }),
      ];
      await expectSame(folders, semantics);
    }));
});

describe('engine.gram', () => {
  it('tells of every module when it is done', async () => {
    const seen: string[] = [];
    const { modules } = await create().gram(await leavesOf(DEMO.slice(0, 2)), 'scaled', undefined, (done, total) =>
      seen.push(`${String(done)} of ${String(total)}`),
    );
    expect(seen).toEqual(Array.from(modules, (_, place) => `${String(place + 1)} of ${String(modules.size)}`));
    expect(seen.length).toBeGreaterThan(1);
  });

  it('stops between modules when it is cancelled, and serves the next call', async () => {
    const engine = create();
    const leaves = await leavesOf(DEMO);
    const controller = new AbortController();
    const cancelled = engine.gram(leaves, 'scaled', controller.signal, () => {
      controller.abort();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await engine.gram(leaves, 'scaled')).leaves).toHaveLength(3);
  });

  it('refuses a folder that no longer has its digest', async () => {
    const [expert, truth] = await leavesOf(DEMO.slice(0, 2));
    const changed = { folder: expert?.folder ?? '', digest: digestOf('what it was before') };
    await expect(create().gram(truth === undefined ? [] : [truth, changed], 'scaled')).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
      message: expect.stringContaining(changed.folder) as string,
    });
  });

  it('refuses WebGPU, which has no float64', async () => {
    await expect(create('webgpu').gram(await leavesOf(DEMO), 'scaled')).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringContaining('float64') as string,
    });
  });
});
