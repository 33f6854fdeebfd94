import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { initSpec, type InitOptions } from '../../../app/init/init-spec.js';
import { planLocally } from '../../../app/plan-locally.js';
import type { Plan } from '../../../core/plan/types.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { LocalBlobStore } from '../../../io/store/local-blob-store.js';
import { demo } from '../../activities/bench.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

async function plan(folder: string, file: string): Promise<Plan> {
  vi.stubEnv('OMINUS_CACHE_DIR', join(folder, 'cache'));
  const store = await createArtifactStore(new LocalBlobStore(join(folder, 'store')));
  return planLocally(file, { device: 'cpu', log: () => undefined, store: () => Promise.resolve(store) });
}

describe('ominus init', () => {
  it('makes specs of every kind that can be planned, over the demo as it is', async () => {
    const folder = await temporaryFolder();
    for (const kind of ['recipe', 'order-study', 'sweep'] as const) {
      const out = join(folder, 'specs', `${kind}.yaml`);
      const text = await initSpec({ folders: [demo('adapters')], kind, out });
      expect(await readFile(out, 'utf8')).toBe(text);
      expect(text).toMatch(new RegExp(`^# yaml-language-server: \\$schema=\\.ominus/${kind}\\.schema\\.json\\n`));
      const schema: unknown = JSON.parse(await readFile(join(folder, 'specs', `.ominus/${kind}.schema.json`), 'utf8'));
      expect(schema).toHaveProperty('title', kind);
      expect(text).toMatch(/^base: ".*demo\/base"$/m);
      const { adapters, name } = await plan(folder, out);
      expect(name).toBe(kind);
      expect(adapters.map((adapter) => adapter.name)).toEqual(expect.arrayContaining(['expert', 'tox⁻', 'truth⁻']));
    }
  });

  it('takes folders with blanks, quotes and letters of any script, and names that clash', async () => {
    const folder = await temporaryFolder();
    const places = ['my expert', 'ungläubig-', "d'été -", '7 毒性⁻', 'other/ungläubig-'];
    for (const place of places) {
      await mkdir(join(folder, place), { recursive: true });
      await cp(demo(place === 'my expert' ? 'adapters/expert' : 'adapters/tox-'), join(folder, place), {
        recursive: true,
      });
    }
    const out = join(folder, 'a spec.yaml');
    const text = await initSpec({ folders: places.map((place) => join(folder, place)), kind: 'recipe', out });
    const { adapters, nodes } = await plan(folder, out);
    expect(adapters.map(({ name }) => name)).toEqual(['my-expert', 'ungläubig⁻', 'd-été⁻', '毒性⁻', 'ungläubig-2⁻']);
    expect(nodes.some(({ kind }) => kind === 'write')).toBe(true);
    expect(text).toContain('# base: hf://owner/name@revision # needed for evaluate only; the adapters name "base"');
  });

  it('takes names, roles and base from options', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'x.yaml');
    const named = new Map([
      ['a', demo('adapters/expert')],
      ['b', demo('adapters/tox-')],
    ]);
    const options: InitOptions = { folders: [], named, kind: 'recipe', out };
    await expect(initSpec(options)).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('--expert') as string,
    });
    await expect(initSpec({ ...options, expert: 'a' })).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('--remove') as string,
    });
    await expect(initSpec({ ...options, expert: 'c' })).rejects.toMatchObject({ message: 'no adapter is called c' });
    await expect(initSpec({ ...options, kind: 'order-study', expert: 'a', remove: ['b'] })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const text = await initSpec({ ...options, expert: 'a', remove: ['b'], base: demo('base'), name: 'mine' });
    expect(text).toContain('name: "mine"');
    expect((await plan(folder, out)).adapters.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('never writes over a file, also not behind a link', async () => {
    const folder = await temporaryFolder();
    const options = { folders: [demo('adapters')], kind: 'recipe' as const };
    await writeFile(join(folder, 'there.yaml'), 'mine');
    await symlink('nowhere', join(folder, 'link.yaml'));
    for (const name of ['there.yaml', 'link.yaml']) {
      await expect(initSpec({ ...options, out: join(folder, name) })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    }
    expect(await readFile(join(folder, 'there.yaml'), 'utf8')).toBe('mine');
  });

  it('says where it found nothing', async () => {
    const folder = await temporaryFolder();
    const empty = initSpec({ folders: [folder], kind: 'recipe', out: join(folder, 'x.yaml') });
    await expect(empty).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
