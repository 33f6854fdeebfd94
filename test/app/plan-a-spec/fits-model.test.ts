/** What is wrong with a spec's adapters as a set is found while it is planned. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Bench, demo } from '../../activities/bench.js';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const OTHER = fileURLToPath(new URL('../../golden/merge/e', import.meta.url));
const EVALUATE = `evaluate: { with: [ perplexity: { data: "${demo('data/heldout.txt')}" } ] }`;

function recipe(expert: string, rest: string, base = demo('base')): string {
  return `version: 1
kind: recipe
name: test
base: ${base}
adapters: { e: "${expert}" }
steps: { twice: "2·e" }
${rest}
`;
}

describe('planning', () => {
  it('finds an adapter that does not fit the base model, and says where the spec names it', async () => {
    const bench = await Bench.create();
    const planning = bench.plan(recipe(OTHER, EVALUATE));
    await expect(planning).rejects.toMatchObject({ code: 'ADAPTER_MISMATCH' });
    await expect(planning).rejects.toThrow(
      /spec\.yaml:5:\d+ error .*the adapter does not fit \[module=model\.layers\.0\.mlp\.down_proj\].*\[adapter=e\]/,
    );
  });

  it('takes one that fits, also on the head, which here is the embedding', async () => {
    const head = await writeAdapterFolder(join(await temporaryFolder(), 'head'), {
      modules: { lm_head: randomFactors(1, { rows: 1436, width: 192, rank: 1 }) },
    });
    const bench = await Bench.create();
    const plan = await bench.plan(recipe(head, EVALUATE));
    expect(plan.steps.map(({ name }) => name)).toContain('twice');
  });

  it('does not ask the model about adapters that are written only', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(recipe(OTHER, 'output: { twice: out }'));
    expect(plan.nodes.map(({ kind }) => kind)).toContain('write');
  });

  it('says of a model that cannot be evaluated where the spec names it', async () => {
    const base = join(await temporaryFolder(), 'base');
    await cp(demo('base'), base, { recursive: true });
    const config = JSON.parse(await readFile(join(base, 'config.json'), 'utf8')) as object;
    await writeFile(join(base, 'config.json'), JSON.stringify({ ...config, hidden_act: 'mish' }));
    const bench = await Bench.create();
    const planning = bench.plan(recipe(demo('adapters/expert'), EVALUATE, base));
    await expect(planning).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(planning).rejects.toThrow(/spec\.yaml:4:\d+ .*hidden_act "mish"/);
  });

  it.each(['[1, 0.5]', '[0.5, 1]'])('refuses saved modules of an expert that a sweep scales by %s', async (values) => {
    const parent = await temporaryFolder();
    const modules = { m: randomFactors(1, { rows: 6, width: 8, rank: 2 }) };
    const head = { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) } as const;
    const e = await writeAdapterFolder(join(parent, 'e'), {
      modules,
      config: { modules_to_save: ['lm_head'] },
      extra: { 'base_model.model.lm_head.weight': head },
    });
    const t = await writeAdapterFolder(join(parent, 't'), { modules });
    const sweep = (chain: string): string => `version: 1
kind: sweep
name: test
adapters: { e: "${e}", t: "${t}" }
chain: "${chain}"
over: { a: ${values} }
search: grid
output: { keep: all, path: out }
`;
    const bench = await Bench.create();
    await expect(bench.plan(sweep('a·e ⊖ Ext(t)'))).rejects.toThrow(/\[adapter=e\]: it has modules_to_save/);
    expect((await bench.plan(sweep('e ⊖ a·Ext(t)'))).specKind).toBe('sweep');
  });
});
