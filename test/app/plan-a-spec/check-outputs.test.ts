/** Outputs that would go wrong are refused while a spec is planned, before anything is computed. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, demo, specText } from '../../activities/bench.js';

const STEPS = 'steps: { a: "expert ⊖ Ext(truth⁻)", b: "expert ⊖ 0.5·Ext(tox⁻)" }';

describe('outputs', () => {
  it('may not be one folder in two spellings', async () => {
    const bench = await Bench.create();
    const text = specText(`${STEPS}\noutput: { a: out/x, b: ${join(bench.folder, 'out', 'x')} }`);
    await expect(bench.plan(text)).rejects.toMatchObject({
      code: 'OUTPUT_FORBIDDEN',
      message: expect.stringMatching(
        /spec\.yaml:7:\d+ error .*the output of b and the output of a \(line 7, column 14\) are the same folder[^]*Write each output to a separate folder/,
      ) as string,
    });
  });

  it('may not be inside one another behind a link, whether their folders exist yet or not', async () => {
    const bench = await Bench.create();
    await mkdir(join(bench.folder, 'disk'));
    await symlink(join(bench.folder, 'disk'), join(bench.folder, 'linked'));
    const cases = [
      ['disk/x', 'linked/x/y', 'overlap: one contains the other'],
      ['linked/x/y', 'disk/x', 'overlap: one contains the other'],
      ['disk/x', 'linked/x', 'are the same folder'],
      [`${bench.folder}/linked/x`, 'disk/x/y', 'overlap: one contains the other'],
    ];
    for (const [a, b, how] of cases) {
      const planned = bench.plan(specText(`${STEPS}\noutput: { a: ${a ?? ''}, b: ${b ?? ''} }`));
      await expect(planned).rejects.toThrow(`the output of b and the output of a (line 7, column 14) ${how ?? ''}`);
    }
    const apart = await bench.plan(specText(`${STEPS}\noutput: { a: disk/x, b: linked/xy }`));
    expect(apart.nodes.filter(({ kind }) => kind === 'write')).toHaveLength(2);
  });

  it('may not take the place of an input behind a link', async () => {
    const bench = await Bench.create();
    await symlink(demo('adapters/tox-'), join(bench.folder, 'result'));
    await expect(bench.plan(specText(`${STEPS}\noutput: { a: result }`))).rejects.toMatchObject({
      code: 'OUTPUT_FORBIDDEN',
      message: expect.stringContaining('the output of a and the input tox⁻ (line 5, column ') as string,
    });
  });

  it('may not replace what ominus did not write, and the files are named with the place in the spec', async () => {
    const bench = await Bench.create();
    const text = (lambda: string): string =>
      specText(`steps: { a: "expert ⊖ ${lambda}·Ext(truth⁻)" }\noutput: { a: out/x }`);
    const plan = await bench.plan(text('1'));
    await bench.runAll(plan);
    const notes = join(bench.folder, 'out', 'x', 'notes.txt');
    await writeFile(notes, 'three years of work');
    // The same result is in place, so nothing is replaced.
    expect(await bench.runAll(await bench.plan(text('1.0')))).toEqual([]);
    await expect(bench.plan(text('0.5'))).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringMatching(/spec\.yaml:7:14 .*ominus did not write: "notes\.txt" \[out=/) as string,
    });
    await rm(notes);
    expect(await bench.runAll(await bench.plan(text('0.5')))).toContain('write:a');
    await rm(join(bench.folder, 'out', 'x', 'ominus.json'));
    await expect(bench.plan(text('1'))).rejects.toThrow(/spec\.yaml:7:14 .*ominus did not write it/);
  });

  it('of a sweep are looked at too: a best point that is not ours is refused, files beside ours are warned of', async () => {
    const bench = await Bench.create();
    const text = `version: 1
kind: sweep
name: test
base: ${demo('base')}
adapters: { expert: "${demo('adapters/expert')}", truth⁻: "${demo('adapters/truth-')}" }
chain: "expert ⊖ a·Ext(truth⁻)"
over: { a: [0.5, 1] }
objective: { maximize: gsm.accuracy }
evaluate: { with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4 }] }
output: { keep: best, path: out }
`;
    const best = join(bench.folder, 'out', 'best');
    await mkdir(best, { recursive: true });
    expect((await bench.plan(text)).warnings).toEqual([]);
    await writeFile(join(best, 'notes.txt'), 'x');
    await expect(bench.plan(text)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await writeFile(join(best, 'ominus.json'), '{}');
    expect((await bench.plan(text)).warnings).toEqual([
      `${best} has files that ominus did not write ("notes.txt"), so no other result can be written there`,
    ]);
  });
});
