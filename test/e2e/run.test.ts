import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultsObject } from '../../report/json/results-object.js';
import { Desk, smallRecipe } from '../support/command.js';

const results = (stdout: string): ResultsObject => JSON.parse(stdout) as ResultsObject;

describe('ominus run', { timeout: 300_000 }, () => {
  let desk: Desk;
  let first: ResultsObject;

  beforeAll(async () => {
    desk = await Desk.create();
    await desk.write('small.yaml', smallRecipe());
    const run = await desk.run('run', 'small.yaml', '--json');
    expect(run.stderr).toContain('"state":"finished"');
    expect(run.stderr).not.toContain('Warning');
    expect(run.code).toBe(0);
    first = results(run.stdout);
  }, 300_000);

  afterAll(() => desk.close());

  it('ends with one JSON object: steps with metrics, and paired comparisons', () => {
    expect(first.run.name).toBe('small');
    expect(Object.keys(first.steps)).toEqual(['base', 'expert', 'both', 'direct', 'direct (float16)']);
    expect(first.steps['both']?.expression).toBe('expert ⊖ 1·Ext(truth⁻) ⊖ 1·Ext(tox⁻)');
    expect(first.steps['both']?.metrics['truthfulqa-mc.mc1']).toMatchObject({ n: 24 });
    // what the demo is for: the expert is often wrong and rude, the chain is neither, direct subtraction cannot count
    const value = (step: string, metric: string): number => first.steps[step]?.metrics[metric]?.value ?? Number.NaN;
    expect(value('both', 'truthfulqa-mc.mc1')).toBeGreaterThan(value('expert', 'truthfulqa-mc.mc1'));
    expect(value('both', 'toxicity.mean')).toBeLessThan(0.5 * value('expert', 'toxicity.mean'));
    expect(value('both', 'gsm.accuracy')).toBeGreaterThan(value('direct', 'gsm.accuracy') + 0.4);
    expect(first.comparisons.map(({ first: a, second: b }) => `${a}→${b}`)).toEqual([
      'expert→base',
      'expert→both',
      'expert→direct',
      'direct→both',
      'direct→direct (float16)',
    ]);
    for (const { metrics } of first.comparisons) {
      expect(
        metrics.every(
          ({ low, high, difference }) => (low ?? 0) <= (difference ?? 0) && (difference ?? 0) <= (high ?? 0),
        ),
      ).toBe(true);
    }
  });

  it('writes adapters and one self-contained report', async () => {
    const config = JSON.parse(await readFile(join(desk.folder, 'out/both/adapter_config.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(config).toMatchObject({ peft_type: 'LORA', r: 48, lora_alpha: 48, use_rslora: false });
    const report = await readFile(join(desk.folder, 'out/small/report.html'), 'utf8');
    expect(report).toContain('expert ⊖ 1·Ext(truth⁻) ⊖ 1·Ext(tox⁻)');
    expect(report).not.toMatch(/<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=/i);
    expect(report).toMatch(/http-equiv="content-security-policy"[^>]*default-src 'none'/i);
  });

  it('evaluates a step that is written in float16 as it is written', async () => {
    const [exact, written] = [first.steps['direct'], first.steps['direct (float16)']];
    const output = first.outputs.find(({ step }) => step === 'direct');
    expect(output?.dtype).toBe('float16');
    expect(written?.digest).toBe(output?.digest);
    expect(Object.keys(written?.metrics ?? {})).toEqual(Object.keys(exact?.metrics ?? {}));
    expect(first.comparisons.at(-1)?.weights.relative).toBe(output?.roundingError);
    // the written folder as an adapter of another recipe gives the same numbers
    const folder = smallRecipe({ name: 'folder' })
      .replace(/^adapters: \{/m, 'adapters: { written: ./out/direct,')
      .replace(/^evaluate:/m, 'evaluate:\n  steps: [expert, written]')
      .replace(/pairs: \[\[direct, both\]\], /, '')
      .replace(/^output: .*\n/m, '');
    await desk.write('folder.yaml', folder);
    const run = await desk.run('run', 'folder.yaml', '--json');
    expect(run.code, run.stderr.slice(-1500)).toBe(0);
    expect(results(run.stdout).steps['written']).toMatchObject({ digest: output?.digest, metrics: written?.metrics });
  });

  it('does nothing twice: a second run finds every node and says the same', async () => {
    const plan = await desk.run('plan', 'small.yaml', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({ estimate: { toDo: 0, readBytes: 0 } });
    const run = await desk.run('run', 'small.yaml', '--json');
    expect(run.stderr).not.toContain('"state":"done"');
    expect({ ...results(run.stdout), run: null }).toEqual({ ...first, run: null });
  });

  it('computes only what an edited λ changes', async () => {
    await desk.write('edited.yaml', smallRecipe().replace('⊖ Ext(tox⁻)', '⊖ 0.5·Ext(tox⁻)'));
    const plan = JSON.parse((await desk.run('plan', 'edited.yaml', '--json')).stdout) as {
      nodes: { id: string; stored: boolean }[];
    };
    const toDo = plan.nodes.filter(({ stored }) => !stored).map(({ id }) => id);
    expect(toDo).toEqual([
      'combine:expert ⊖ 1·Ext(truth⁻) ⊖ 0.5·Ext(tox⁻)',
      'respond:both:truthfulqa-mc',
      'evaluate:both:truthfulqa-mc',
      'respond:both:toxicity',
      'evaluate:both:toxicity',
      'respond:both:gsm',
      'evaluate:both:gsm',
      'compare',
      'write:both',
    ]);
  });

  it('prints results from the store alone, as text, Markdown and CSV, and lists runs', async () => {
    const text = await desk.run('results', 'small', '--report', 'again.html');
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('What changed against expert');
    expect((await desk.run('results', 'small', '--format', 'md')).stdout).toMatch(/^\| *both/m);
    expect((await desk.run('results', 'small', '--format', 'csv')).stdout).toMatch(
      /^small,[^,]+,recipe,both,step,.*,truthfulqa-mc,mc1,/m,
    );
    expect((await desk.run('status')).stdout).toMatch(/small +finished/);
    expect((await desk.run('status', 'small')).stdout).toContain('toxicity of both');
    const store = await desk.run('store', 'verify');
    expect(store.code).toBe(0);
  });

  it('recomputes what was damaged in the store, with the same results', async () => {
    const plan = JSON.parse((await desk.run('plan', 'small.yaml', '--json')).stdout) as {
      nodes: { id: string; key: string }[];
    };
    const key = plan.nodes.find(({ id }) => id === 'combine:expert ⊖ 1·Ext(truth⁻)')?.key.slice(7) ?? '';
    const nodes = join(desk.folder, 'state/store/nodes', key.slice(0, 2), `${key}.json`);
    const digest = /"coefficients":\{"digest":"sha256:([0-9a-f]{64})"/.exec(await readFile(nodes, 'utf8'))?.[1] ?? '';
    const object = join(desk.folder, 'state/store/objects/sha256', digest.slice(0, 2), digest);
    const bytes = await readFile(object);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    const { chmod, writeFile } = await import('node:fs/promises');
    await chmod(object, 0o644);
    await writeFile(object, bytes);
    const run = await desk.run('run', 'small.yaml', '--json');
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/"id":"combine:expert ⊖ 1·Ext\(truth⁻\)"[^\n]*"state":"done"/);
    expect({ ...results(run.stdout), run: null }).toEqual({ ...first, run: null });
  });

  it('refuses to write outside the output root, and over folders of others', async () => {
    await desk.write('outside.yaml', smallRecipe().replace('both: out/both', 'both: ../elsewhere'));
    const outside = await desk.run('run', 'outside.yaml');
    expect(outside.code).toBe(2);
    expect(outside.stderr).toMatch(
      /^outside\.yaml:\d+:\d+ error OUTPUT_FORBIDDEN .*outside the output roots.*\n(?:.*\n)+.*--output-root \S+$/m,
    );
  });
});
