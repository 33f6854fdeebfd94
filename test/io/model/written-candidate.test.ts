/** What is evaluated of an output that rounds is what lies in its file. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coefficients } from '../../../core/algebra/types.js';
import { digestOf } from '../../../core/digest.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { writeAdapter } from '../../../io/adapter/write-adapter.js';
import { CandidateInputs } from '../../../io/model/candidate-inputs.js';
import type { CausalModel } from '../../../io/model/causal-model.js';
import { createInferenceEngine } from '../../../io/model/engine.js';
import type { Feeds } from '../../../io/model/runtime.js';
import type { Candidate } from '../../../io/model/types.js';
import { random, randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { adapterCandidate, demo, loadModel, withFolder } from './support.js';

const PATHS = ['expert', 'truth-', 'tox-'].map((name) => demo('adapters', name));
const ROUNDING = [
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
] as const;

let model: CausalModel;
beforeAll(async () => {
  ({ model } = await loadModel(demo('base')));
});
afterAll(() => model.release());

/** A combination of adapters with other coefficients in every row, all of them times a factor. */
async function combination(
  folders: readonly string[],
  factor = 1,
): Promise<Candidate & { coefficients: Coefficients }> {
  const next = random(7);
  const adapters = folders.map((folder) => ({ folder, digest: digestOf(folder) }));
  const modules = new Map<string, number>();
  for (const folder of folders) {
    const adapter = await openAdapter(folder);
    adapter.description.modules.forEach(({ path, outFeatures }) => modules.set(path, outFeatures));
    await adapter.close();
  }
  const coefficients = new Map(
    [...modules].map(([path, rows]) => [path, new Float64Array(folders.length * rows).map(() => factor * next())]),
  );
  const leaves = adapters.map(({ digest }) => digest);
  return { id: 'exact', adapters, coefficients: { leaves, modules: coefficients } };
}

/** The adapter that `output` would write, as a candidate of its own. */
async function writtenFolder(
  { adapters, coefficients }: Awaited<ReturnType<typeof combination>>,
  dtype: 'float16' | 'bfloat16',
  folder: string,
): Promise<Candidate> {
  const opened = await Promise.all(adapters.map(({ folder: path }) => openAdapter(path)));
  try {
    const provenance = { expression: 'test', inputs: adapters.map(({ folder: name, digest }) => ({ name, digest })) };
    await writeAdapter({ adapters: opened, combination: coefficients, dtype, folder, provenance });
  } finally {
    await Promise.all(opened.map((adapter) => adapter.close()));
  }
  return adapterCandidate(folder);
}

/** Shape and bits of every input. */
async function inputsOf(candidate: Candidate): Promise<Record<string, unknown>> {
  const feeds: Feeds = await new CandidateInputs(model.modules).add(candidate);
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { dims, data }]) => {
      const values = data as Float32Array; // all LoRA inputs are float32
      return [name, { dims: [...dims], digest: digestOf(new Uint8Array(values.slice().buffer)) }];
    }),
  );
}

describe('a candidate as it is written', () => {
  it.each(ROUNDING)('has the very factors of the file: the demo in %s', (dtype, writtenAs) =>
    withFolder(async (folder) => {
      const exact = await combination(PATHS);
      const file = await inputsOf(await writtenFolder(exact, dtype, join(folder, 'out')));
      expect(await inputsOf({ ...exact, writtenAs })).toEqual(file);
      expect(await inputsOf(exact)).not.toEqual(file);
    }),
  );

  it('has them where float16 is balanced by powers of two, which moves A as well', () =>
    withFolder(async (folder) => {
      const exact = await combination(PATHS, 1e-6);
      const file = await inputsOf(await writtenFolder(exact, 'float16', join(folder, 'out')));
      expect(await inputsOf({ ...exact, writtenAs: 'F16' })).toEqual(file);
      const [balanced, plain] = [
        file,
        await inputsOf(await writtenFolder(await combination(PATHS), 'float16', join(folder, 'plain'))),
      ];
      const factorsA = Object.keys(file).filter((name) => /lora_a/i.test(name));
      expect(factorsA.length).toBeGreaterThan(0);
      expect(factorsA.filter((name) => JSON.stringify(balanced[name]) !== JSON.stringify(plain[name]))).not.toEqual([]);
    }));

  it('has them where A is copied from leaves that are stored in the same element type', () =>
    withFolder(async (folder) => {
      const shapes = [...model.modules].slice(0, 2);
      const stored = await Promise.all(
        [1, 2].map((seed) =>
          writeAdapterFolder(join(folder, String(seed)), {
            dtype: 'F16',
            modules: Object.fromEntries(
              shapes.map(([path, { in: width, out: rows }]) => [
                path,
                randomFactors(seed, { rows, width, rank: seed }),
              ]),
            ),
          }),
        ),
      );
      const exact = await combination(stored);
      const file = await inputsOf(await writtenFolder(exact, 'float16', join(folder, 'out')));
      expect(await inputsOf({ ...exact, writtenAs: 'F16' })).toEqual(file);
    }));

  it('is refused where the file would be: a value beyond float16', async () => {
    const huge = await combination(PATHS, 1e14);
    const add = (candidate: Candidate): Promise<Feeds> => new CandidateInputs(model.modules).add(candidate);
    await expect(add({ ...huge, writtenAs: 'F16' })).rejects.toMatchObject({ code: 'OVERFLOW' });
    await expect(add({ ...huge, writtenAs: 'BF16' })).resolves.toBeDefined();
  });

  it.each(ROUNDING)(
    'gives the log-probabilities and answers of the file, not those of the exact one (%s)',
    (dtype, writtenAs) =>
      withFolder(async (folder) => {
        const engine = createInferenceEngine({ threads: 1 });
        try {
          await engine.openModel({ folder: demo('base'), digest: digestOf('base') });
          const exact = await combination(PATHS);
          const written: Candidate = { ...exact, id: `exact as ${dtype}`, writtenAs };
          const file = await writtenFolder(exact, dtype, join(folder, 'out'));
          const rows = [1, 2, 3].map((seed) => ({ context: [2, 202 + seed, 43], continuation: [42, 1262, 17 + seed] }));
          // the exact one before and after: the child keeps both, and never mistakes one for the other
          const before = await engine.score(exact, rows);
          const asWritten = await engine.score(written, rows);
          expect(asWritten).toEqual(await engine.score(file, rows));
          expect(asWritten).not.toEqual(before);
          expect(await engine.score(exact, rows)).toEqual(before);
          const options = { maxNewTokens: 12, endTokens: [] };
          expect(await engine.generate(written, [[2, 202, 43]], options)).toEqual(
            await engine.generate(file, [[2, 202, 43]], options),
          );
        } finally {
          await engine.close();
        }
      }),
  );
});
