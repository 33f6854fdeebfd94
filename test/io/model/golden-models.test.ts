/** Small random models of every family against transformers (test/golden/model/make_*.py). */
import { cp, mkdir, open, readFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateGreedy } from '../../../io/model/generation.js';
import { scoreRows } from '../../../io/model/scoring.js';
import { BASE, adapterCandidate, golden, loadModel, readGolden, readGoldenModels } from './support.js';
import { withFolder, worstDifference, type Recorded } from './support.js';

const models = await readGoldenModels();
/** By test/golden/model/make_head_adapters.py. */
const heads = await readGolden<{
  readonly models: Readonly<Record<string, { readonly tied: boolean; readonly adapter: readonly Recorded[] }>>;
}>(golden('head-adapters.json'));
/** Both sides add float32 numbers in their own order; measured differences are below 5e-6. */
const TOLERANCE = 2e-5;

type Loaded = Awaited<ReturnType<typeof loadModel>>;

async function expectParity(
  { model, adapter }: Loaded,
  prompts: readonly (readonly number[])[],
  recorded: readonly Recorded[],
): Promise<void> {
  for (const [place, prompt] of prompts.entries()) {
    const wanted = [{ row: 0, place: prompt.length - 1, target: 0 }];
    const { logits } = await model.step({
      cache: model.emptyCache,
      parents: [0],
      tokens: [prompt],
      wanted,
      adapter,
      fetch: ['logits'],
      keepCache: false,
    });
    expect(worstDifference(logits, recorded[place]?.lastLogits ?? [])).toBeLessThan(TOLERANCE);
  }
  const rows = prompts.map((prompt) => ({ context: prompt.slice(0, 1), continuation: prompt.slice(1) }));
  const scores = await scoreRows(model, adapter, rows);
  for (const [place, score] of scores.entries()) {
    expect(worstDifference(score.logProbs, recorded[place]?.logProbs ?? [])).toBeLessThan(TOLERANCE);
  }
  const answers = await generateGreedy(model, adapter, prompts, { maxNewTokens: 24, endTokens: [] });
  expect(answers.map(({ tokens }) => tokens)).toEqual(recorded.map(({ greedy }) => greedy));
}

/** Copies a checkpoint behind a tensor of so many bytes that nobody reads (a hole, which takes no disk). */
async function writeBehindHole(from: string, to: string, holeBytes: number): Promise<void> {
  const bytes = await readFile(from);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const entries = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<string, { data_offsets?: number[] }>;
  for (const entry of Object.values(entries)) {
    if (entry.data_offsets !== undefined) {
      entry.data_offsets = entry.data_offsets.map((offset) => offset + holeBytes);
    }
  }
  const hole = { dtype: 'F32', shape: [holeBytes / 4], data_offsets: [0, holeBytes] };
  const header = Buffer.from(JSON.stringify({ ...entries, 'model.rotary_emb.inv_freq': hole }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = await open(to, 'w');
  await file.write(Buffer.concat([length, header]), 0, undefined, 0);
  const data = bytes.subarray(8 + headerBytes);
  await file.write(data, 0, data.length, 8 + header.length + holeBytes);
  await file.close();
}

describe('a model of every family equals transformers', () => {
  for (const [name, { prompts, base }] of Object.entries(models)) {
    it(`${name}: logits, log-probabilities, and the greedy tokens of prompts of unequal length in one batch`, async () => {
      const loaded = await loadModel(golden(name));
      await expectParity(loaded, prompts, base);
      await loaded.model.release();
    });
  }

  it.each(Object.entries(models).filter(([, { adapter }]) => adapter !== undefined))(
    '%s with an adapter of several ranks on every linear module equals peft',
    async (name, { prompts, adapter = [] }) => {
      const loaded = await loadModel(golden(name), await adapterCandidate(golden(`${name}-lora`)));
      await expectParity(loaded, prompts, adapter);
      expect(adapter).toHaveLength(4);
      await loaded.model.release();
    },
  );

  it.each(Object.entries(heads.models))('%s with an adapter on its head equals peft', async (name, { adapter }) => {
    const loaded = await loadModel(golden(name), await adapterCandidate(golden(`${name}-head-lora`)));
    await expectParity(loaded, models[name]?.prompts ?? [], adapter);
    expect(adapter).toHaveLength(4);
    await loaded.model.release();
  });

  it('adapters are tried on a head of its own and on one that is the embedding', () => {
    expect(Object.values(heads.models).map(({ tied }) => tied)).toEqual([false, true]);
  });

  it('weights beyond 4 GiB of a file are read from there', async () => {
    await withFolder(async (folder) => {
      const name = 'qwen2-bf16';
      await cp(golden(name, 'config.json'), join(folder, 'config.json'));
      await writeBehindHole(golden(name, 'model.safetensors'), join(folder, 'model.safetensors'), 4.5 * 2 ** 30);
      const entry = models[name];
      const loaded = await loadModel(folder);
      await expectParity(loaded, entry?.prompts ?? [], entry?.base ?? []);
      await loaded.model.release();
    });
  });

  it('shards behind links that leave their folder, as in a Hugging Face cache, give the same numbers', async () => {
    await withFolder(async (folder) => {
      const snapshot = join(folder, 'snapshots', 'main');
      await mkdir(snapshot, { recursive: true });
      const source = golden('mistral-bf16-sharded');
      for (const file of await readdir(source)) {
        await symlink(join(source, file), join(snapshot, file));
      }
      const entry = models['mistral-bf16-sharded'];
      const loaded = await loadModel(snapshot, BASE);
      await expectParity(loaded, entry?.prompts ?? [], entry?.base ?? []);
      await loaded.model.release();
    });
  });
});
