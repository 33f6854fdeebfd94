import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finishRun } from '../../activities/finish-run.js';
import { nodeOf } from '../../activities/node-result.js';
import type { NodeId } from '../../core/plan/node.js';
import type { RunReport } from '../../report/types.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import { readRecipe } from '../support/read-recipe.js';
import { openAdapter, type AdapterFolder } from '../../io/adapter/adapter-folder.js';
import { mergeAdapters } from '../../io/adapter/merge-adapters.js';
import { Bench, damage, demo, specText } from './bench.js';

const MERGE = `steps: { both: "[expert ⊖ Ext(truth⁻)] ⊖ 0.5·Ext(tox⁻)" }
semantics: reference
output: { both: out/both }`;

/** Name and bytes of every file of a folder. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')])),
  ) as Record<string, string>; // fromEntries over an array loses the type
}

describe('the write node', () => {
  it('writes a folder again, byte for byte, that was deleted or damaged, and leaves a whole one alone', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    const folder = join(bench.folder, 'out', 'both');
    await bench.runAll(plan);
    const before = await contents(folder);
    expect(Object.keys(before)).toEqual([
      'README.md',
      'adapter_config.json',
      'adapter_model.safetensors',
      'ominus.json',
    ]);
    expect(await bench.runAll(plan)).toEqual([]);
    const spoilers = [
      () => rm(folder, { recursive: true }),
      () => damage(join(folder, 'adapter_model.safetensors')),
      () => rm(join(folder, 'adapter_config.json')),
    ];
    for (const spoil of spoilers) {
      await spoil();
      expect(await bench.runAll(plan)).toEqual(['write:both']);
      expect(await contents(folder)).toEqual(before);
    }
    expect(await readdir(join(bench.folder, 'out'))).toEqual(['both']);
  });

  it('writes one result to two places, and finds it at both', async () => {
    const bench = await Bench.create();
    const text = specText(
      `steps: { a: "expert ⊖ Ext(truth⁻)", b: "expert ⊖ 1.0·Ext(truth-)" }\noutput: { a: out/a, b: out/b }`,
    );
    const plan = await bench.plan(text);
    const computed = await bench.runAll(plan);
    expect(computed.filter((id) => id.startsWith('write:'))).toEqual(['write:a', 'write:b']);
    expect(computed).toHaveLength(4); // gram, one combine, two writes
    expect(await contents(join(bench.folder, 'out', 'a'))).toEqual(await contents(join(bench.folder, 'out', 'b')));
    expect(await bench.runAll(plan)).toEqual([]);
    await rm(join(bench.folder, 'out', 'a'), { recursive: true });
    expect(await bench.runAll(plan)).toEqual(['write:a']);
  });

  it('says in ominus.json where the adapter comes from', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    await bench.runAll(plan);
    const provenance: unknown = JSON.parse(await readFile(join(bench.folder, 'out', 'both', 'ominus.json'), 'utf8'));
    expect(provenance).toMatchObject({
      expression: 'expert ⊖ 1·Ext(truth⁻) ⊖ 0.5·Ext(tox⁻)',
      lambdas: [
        { adapter: 'truth⁻', lambda: '1' },
        { adapter: 'tox⁻', lambda: '0.5' },
      ],
      semantics: 'reference',
      inputs: plan.adapters.map(({ name, digest }) => ({ name, digest })),
      key: plan.nodes.find(({ id }) => id === 'write:both')?.key,
    });
  });

  it.each(['scaled', 'reference'])(
    'writes what a direct merge of the same expression writes, whatever other steps there are (%s)',
    async (semantics) => {
      const bench = await Bench.create();
      // another scaling than the anti-expert's, so that it matters which one counts
      const expert = join(bench.folder, 'expert');
      await cp(demo('adapters/expert'), expert, { recursive: true });
      const config = JSON.parse(await readFile(join(expert, 'adapter_config.json'), 'utf8')) as { lora_alpha: number };
      const scaled = JSON.stringify({ ...config, lora_alpha: 3 * config.lora_alpha });
      await writeFile(join(expert, 'adapter_config.json'), scaled);
      const text = specText(
        `steps: { one: "expert ⊖ Ext(truth⁻)", other: "[truth⁻ ⊖ Ext(expert)] ⊖ 0.5·tox⁻" }
semantics: ${semantics}
output: { one: out/one, other: out/other }`,
        expert,
      );
      await bench.runAll(await bench.plan(text));
      const spec = readRecipe(text);
      const adapters = new Map<string, AdapterFolder>();
      for (const [name, { path }] of spec.adapters) {
        adapters.set(name, await openAdapter(path));
      }
      for (const { name, formula } of spec.steps) {
        const folder = join(bench.folder, 'direct', name);
        await mergeAdapters({ formula, adapters, folder, semantics: semantics === 'scaled' ? 'scaled' : 'reference' });
        const [direct, planned] = [await contents(folder), await contents(join(bench.folder, 'out', name))];
        expect(planned['adapter_config.json']).toBe(direct['adapter_config.json']);
        expect(planned['adapter_model.safetensors'] === direct['adapter_model.safetensors'], name).toBe(true);
      }
      await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
      expect(adapters.size).toBe(3);
    },
  );

  it('never touches a folder that it did not make', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    const folder = join(bench.folder, 'out', 'both');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'thesis.tex'), 'three years of work');
    await expect(bench.runAll(plan)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS', retryable: false });
    expect(await contents(folder)).toEqual({ 'thesis.tex': Buffer.from('three years of work').toString('base64') });
    expect(await readdir(join(bench.folder, 'out'))).toEqual(['both']);
    // also not when an earlier run wrote there and somebody has replaced the folder since
    await rm(folder, { recursive: true });
    await bench.runAll(plan);
    await rm(join(folder, 'ominus.json'));
    await rm(join(folder, 'adapter_config.json'));
    await expect(bench.runAll(plan)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it('refuses to replace a folder that holds files of others', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    const other = await bench.plan(specText(MERGE.replace('0.5', '0.25')));
    await bench.runAll(plan);
    const folder = join(bench.folder, 'out', 'both');
    await writeFile(join(folder, 'notes.txt'), 'three years of work');
    const before = await contents(folder);
    await expect(bench.runAll(other)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      retryable: false,
      message: expect.stringContaining('"notes.txt"') as string,
    });
    expect(await contents(folder)).toEqual(before);
    expect(await bench.runAll(plan)).toEqual([]);
    // not even when the store has forgotten that it wrote what is there
    await bench.store.forgetNode(nodeOf(plan, 'write:both' as NodeId).key);
    expect(await bench.runAll(plan)).toEqual(['write:both']);
    expect(await contents(folder)).toEqual(before);
  });

  it('is done again when its folder is missing at the end of the run, so that the report is true', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    const folder = join(bench.folder, 'out', 'both');
    const input = { name: plan.name, plan: await jsonArtifact(bench.store, plan), reused: [], startedAt: '' };
    const lost = { code: 'INPUT_LOST', details: { nodes: 'write:both' } };
    const losses = [
      () => rm(folder, { recursive: true }),
      () => rm(join(folder, 'adapter_config.json')),
      async () => {
        const other = await bench.plan(specText(MERGE.replace('0.5', '0.25').replace('name: test', 'name: other')));
        await bench.runAll(other);
      },
    ];
    for (const lose of losses) {
      await bench.runAll(plan);
      await finishRun(bench.context, input, 'run');
      await lose();
      await expect(finishRun(bench.context, input, 'run')).rejects.toMatchObject(lost);
      expect(await bench.runAll(plan)).toEqual(['write:both']);
      const { report } = await finishRun(bench.context, input, 'run');
      const { outputs } = await readJsonArtifact<RunReport>(bench.store, report);
      expect(outputs).toMatchObject([{ step: 'both', path: folder }]);
    }
    // A copy of the same adapter is as good.
    await cp(folder, join(bench.folder, 'copy'), { recursive: true });
    await rm(folder, { recursive: true });
    await cp(join(bench.folder, 'copy'), folder, { recursive: true });
    await finishRun(bench.context, input, 'run');
    // Another worker cannot tell whether it was written to this machine's disk.
    await bench.restart();
    await rm(folder, { recursive: true });
    await finishRun(bench.context, input, 'run');
    expect(await bench.runAll(plan)).toEqual(['write:both']);
  });

  it('leaves nothing behind when it is cancelled half way', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(MERGE));
    for (const { id } of plan.nodes.filter(({ kind }) => kind !== 'write')) {
      await bench.runNode(plan, id);
    }
    const controller = new AbortController();
    const written: number[] = [];
    await expect(
      bench.runNode(plan, 'write:both', {
        signal: controller.signal,
        onProgress: (done) => {
          written.push(done);
          if (done === 3) {
            controller.abort(new Error('enough'));
          }
        },
      }),
    ).rejects.toThrow('enough');
    expect(written).toEqual([1, 2, 3]);
    expect(await readdir(join(bench.folder, 'out'))).toEqual([]);
    const node = plan.nodes.find(({ id }) => id === 'write:both');
    expect(node && (await bench.store.getNode(node.key))).toBeUndefined();
  });
});
