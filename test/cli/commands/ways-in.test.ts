/** What leads to a run: a first spec, values from the command line, standard input, a dry run; and what leads away: all results. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, ROOT, smallRecipe } from '../../support/command.js';

describe('ways in', { timeout: 120_000 }, () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.create();
    await desk.write('small.yaml', smallRecipe({ limit: 2 }));
  });
  afterAll(() => desk.close());

  it('help COMMAND says what COMMAND --help says', async () => {
    for (const names of [['run'], ['store', 'gc'], ['merge']]) {
      const help = await desk.run('help', ...names);
      expect(help.stdout).toMatch(/^Usage: ominus/);
      expect(help).toEqual(await desk.run(...names, '--help'));
    }
    expect((await desk.run('help')).stdout).toContain('Commands:');
  });

  it('init writes a spec that runs', async () => {
    const { code, stdout } = await desk.run('init', join(ROOT, 'demo/adapters'), '--out', 'first.yaml');
    expect([code, stdout]).toEqual([0, expect.stringContaining('ominus plan first.yaml')]);
    expect((await desk.run('validate', 'first.yaml')).code).toBe(0);
    const again = await desk.run('init', join(ROOT, 'demo/adapters'), '--out', 'first.yaml');
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/^error OUTPUT_EXISTS: /)]);
  });

  it('standard input is a spec, and values are set on the command line', async () => {
    const plan = await desk.shell('"$@" plan - --json --set lambda=0.5 < small.yaml').finished;
    expect(plan.stderr).toBe('');
    const { name, steps, specText } = JSON.parse(plan.stdout) as Record<string, string> & { steps: object[] };
    expect(name).toBe('small');
    expect(JSON.stringify(steps)).toContain('0.5·Ext(truth⁻)');
    expect(specText).toContain('# --set "lambda=0.5"');
    const wrong = await desk.shell('"$@" validate - --set lambda=-1 < small.yaml').finished;
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^--set:1:8 error SPEC_VALUE /)]);
  });

  it('a dry run shows the plan and submits nothing', async () => {
    const plan = await desk.run('plan', 'small.yaml');
    for (const command of ['run', 'submit']) {
      expect(await desk.run(command, 'small.yaml', '--dry-run')).toEqual(plan);
    }
    expect((await desk.run('store', 'list')).stdout).not.toContain('small');
  });

  it('tags and description are shown, change no plan, and all results are one table or CSV', async () => {
    const digest = async (...args: readonly string[]): Promise<unknown> => {
      const { stdout } = await desk.run('plan', 'small.yaml', '--json', ...args);
      return (JSON.parse(stdout) as { digest: string }).digest;
    };
    const about = ['--set', 'tags=[demo, λ]', '--set', 'description=a trial'];
    expect(await digest(...about)).toBe(await digest());
    for (const name of ['one', 'two']) {
      const run = await desk.run('run', 'small.yaml', '--quiet', '--set', `name=${name}`, ...about);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout).toContain('a trial');
    }
    expect(await readFile(join(desk.folder, 'out/one/report.html'), 'utf8')).toContain('tags: demo, λ');
    expect((await desk.run('status')).stdout).toMatch(/one +finished.*demo λ/);
    const text = (await desk.run('results', '--all')).stdout;
    expect(text).toMatch(/^run · candidate +tags +truthfulqa-mc\.mc1/);
    expect(text).toMatch(/^two · both +demo λ +\d/m);
    const csv = (await desk.run('results', '--all', '--format', 'csv')).stdout;
    expect(new Set(csv.split('\r\n').map((line) => line.split(',')[0]))).toEqual(new Set(['run', 'one', 'two', '']));
    expect((await desk.run('results')).stderr).toMatch(/^error USAGE: missing required argument 'run'/);
  });

  it('problems are data for programs, and slips of the shell are named', async () => {
    const plan = await desk.run('plan', 'small.yaml', '--json', '--set', 'lambda=x', '--set', 'base=no/base');
    expect(JSON.parse(plan.stdout)).toMatchObject({
      error: { code: 'SPEC_INVALID', diagnostics: [{ code: 'SPEC_TYPE', location: { file: '--set', column: 8 } }] },
    });
    const late = await desk.run('plan', 'small.yaml', '--json', '--set', 'base=no/base');
    expect(JSON.parse(late.stdout)).toMatchObject({
      error: { diagnostics: [{ code: 'FILE_NOT_FOUND', location: { file: '--set', line: 1, column: 6 } }] },
    });
    const merge = ['--adapter', 'a=x', '--out', 'y'];
    expect((await desk.run('merge', 'a', '⊖', 'b', ...merge)).stderr).toContain('Put the whole expression in quotes');
    const hub = await desk.run('merge', 'a', '--adapter', 'a=hf://o/n', '--out', 'y');
    expect([hub.code, hub.stderr]).toEqual([2, expect.stringContaining('only specs take hf://')]);
  });

  it('the schema of a kind is printed', async () => {
    const { stdout } = await desk.run('schema', 'sweep');
    expect(stdout).toBe(await readFile(join(ROOT, 'specs/schema/sweep.schema.json'), 'utf8'));
  });
});
