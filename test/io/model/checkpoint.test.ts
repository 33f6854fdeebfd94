/** Checkpoints that lie about themselves are read as transformers reads them (test/golden/model/make_checkpoints.py). */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOfModel } from '../../../io/sources/folder-digest.js';
import { golden, loadModel, readGolden, withFolder, worstDifference } from './support.js';

interface Case {
  readonly model: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly copy?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly index?: unknown;
  readonly addToIndex?: Readonly<Record<string, string>>;
  readonly firstOfEachShard?: boolean;
  readonly rename?: Readonly<Record<string, string>>;
  readonly recorded: readonly { readonly lastLogits: readonly number[] }[];
}
const { prompts, cases } = await readGolden<{
  readonly prompts: readonly (readonly number[])[];
  readonly cases: Readonly<Record<string, Case>>;
}>(golden('checkpoints.json'));
/** As for whole models: both sides add float32 numbers in their own order. */
const TOLERANCE = 2e-5;

const INDEX = 'model.safetensors.index.json';
type Index = Readonly<Record<string, unknown>> & { readonly weight_map: Readonly<Record<string, string>> };

async function edited<T>(edit: Case, work: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    await cp(golden(edit.model), folder, { recursive: true });
    for (const [name, source] of Object.entries(edit.copy ?? {})) {
      await cp(golden(source), join(folder, name));
    }
    for (const name of edit.remove ?? []) {
      await rm(join(folder, name));
    }
    await change<object>(join(folder, 'config.json'), (config) => ({ ...config, ...edit.config }));
    if (edit.index !== undefined) {
      await writeFile(join(folder, INDEX), JSON.stringify(edit.index));
    }
    if (edit.addToIndex !== undefined || edit.firstOfEachShard === true) {
      await change<Index>(join(folder, INDEX), (index) => {
        const map = Object.entries({ ...index.weight_map, ...edit.addToIndex });
        const first = map.filter(([, shard], place) => map.findIndex(([, other]) => other === shard) === place);
        return { ...index, weight_map: Object.fromEntries(edit.firstOfEachShard === true ? first : map) };
      });
    }
    for (const [old, name] of Object.entries(edit.rename ?? {})) {
      await renameTensor(join(folder, 'model.safetensors'), old, name);
    }
    return work(folder);
  });
}

async function change<T>(path: string, edit: (value: T) => T): Promise<void> {
  await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, 'utf8')) as T)));
}

/** Gives a tensor a name that is no longer; a header may end with blanks. */
async function renameTensor(path: string, old: string, name: string): Promise<void> {
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = bytes.toString('utf8', 8, 8 + length).replace(JSON.stringify(old), JSON.stringify(name));
  bytes.write(header.padEnd(length), 8);
  await writeFile(path, bytes);
}

describe('a checkpoint with', () => {
  it.each(Object.keys(cases))('%s computes what transformers computes', async (name) => {
    const edit = cases[name];
    expect(edit).toBeDefined();
    await (edit &&
      edited(edit, async (folder) => {
        await expect(digestOfModel(folder)).resolves.toMatchObject({
          digest: expect.stringMatching(/^sha256:/) as string,
        });
        const { model, adapter } = await loadModel(folder);
        for (const [place, prompt] of prompts.entries()) {
          const { logits } = await model.step({
            cache: model.emptyCache,
            parents: [0],
            tokens: [prompt],
            wanted: [{ row: 0, place: prompt.length - 1, target: 0 }],
            adapter,
            fetch: ['logits'],
            keepCache: false,
          });
          expect(worstDifference(logits, edit.recorded[place]?.lastLogits ?? [])).toBeLessThan(TOLERANCE);
        }
        await model.release();
      }));
  });

  it('an index beside a whole file has the digest of the whole file alone', async () => {
    const [stale] = Object.values(cases);
    const { digest } = await digestOfModel(golden('llama-untied-f32'));
    expect(stale).toBeDefined();
    expect(await (stale && edited(stale, (folder) => digestOfModel(folder)))).toMatchObject({ digest });
  });
});
