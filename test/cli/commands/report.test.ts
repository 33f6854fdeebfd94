/** `ominus report`, `compare` and `results` as a user runs them, on runs that the test stores itself: nothing is inferred. */
import { chmod, lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import type { Plan } from '../../../core/plan/types.js';
import { metricsCsv } from '../../../report/csv/metrics-csv.js';
import { pairsCsv } from '../../../report/csv/pairs-csv.js';
import { figuresOf } from '../../../report/figures/figures.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { renderReport } from '../../../report/html/page.js';
import type { RunReport } from '../../../report/types.js';
import { jsonArtifact } from '../../../io/store/json-artifact.js';
import { openArtifactStore } from '../../../io/store/open.js';
import type { RunRecord } from '../../../io/store/run-record.js';
import type { ArtifactStore } from '../../../io/store/types.js';
import { Desk } from '../../support/command.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleSweep } from '../../support/sample-sweep.js';

describe('reports from the store', { timeout: 120_000 }, () => {
  let desk: Desk;
  let store: ArtifactStore;
  const recipe = sampleReport();
  const sweep = sampleSweep();

  beforeEach(async () => {
    desk = await Desk.create();
    store = await openArtifactStore(join(desk.folder, 'state', 'store'));
    await storeRun('first-recipe', 'aaaa-1', recipe);
    await storeRun('sweep', 'bbbb-1', sweep);
  });

  afterEach(() => desk.close());

  async function storeRun(name: string, runId: string, report: RunReport, environment = 'cpu'): Promise<void> {
    // what commands read of a plan here is the same for all kinds
    const value: Plan = {
      planVersion: 1,
      name,
      specKind: 'recipe',
      digest: digestOf(`${name} ${environment}`),
      adapters: [],
      steps: [],
      nodes: [],
      baseline: 'expert',
      environment: { device: environment },
      warnings: [],
      specText: '',
    };
    const plan = { ...(await jsonArtifact(store, value)) };
    const stored = { ...(await jsonArtifact(store, report)) };
    const record = {
      state: 'finished',
      nodes: [],
      artifacts: [plan, stored],
      plan,
      planDigest: value.digest,
      report: stored,
    } satisfies RunRecord;
    await store.putRun(name, runId, record);
  }

  it('writes the page by default, and the other formats to stdout', async () => {
    const page = await desk.run('report', 'sweep');
    expect(page).toMatchObject({ code: 0, stdout: '', stderr: 'report: out/sweep/report.html\n' });
    expect(await readFile(join(desk.folder, 'out', 'sweep', 'report.html'), 'utf8')).toBe(renderReport(sweep));
    expect((await desk.run('report', 'sweep', '--format', 'csv')).stdout).toBe(metricsCsv([sweep]));
    expect((await desk.run('report', 'sweep', '--format', 'pairs.csv')).stdout).toBe(pairsCsv([sweep]));
    expect((await desk.run('report', 'sweep', '--format', 'md')).stdout).toBe(renderMarkdown(sweep));
    expect(JSON.parse((await desk.run('report', 'sweep', '--format', 'json')).stdout)).toEqual(sweep);
    const file = join(desk.folder, 'deep', 'r.md');
    expect(await desk.run('report', 'sweep', '--format', 'md', '--out', file)).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(file, 'utf8')).toBe(renderMarkdown(sweep));
  });

  it('writes through what is no file of its own: links stay links', async () => {
    const [file, link] = [join(desk.folder, 'linked.md'), join(desk.folder, 'link.md')];
    await writeFile(file, 'before');
    await symlink(file, link);
    expect((await desk.run('report', 'sweep', '--format', 'md', '--out', link)).code).toBe(0);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(renderMarkdown(sweep));
  });

  it('says where a file cannot be, and what to do', async () => {
    const file = join(desk.folder, 'deep', 'r.md');
    await desk.run('report', 'sweep', '--format', 'md', '--out', file);
    const { code, stderr } = await desk.run('report', 'sweep', '--out', join(file, 'report.html'));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error OUTPUT_FORBIDDEN: cannot write \[file=.*\/r\.md\/report\.html\]: .*\n {2}→ Choose a path/,
    );
  });

  it.each([
    ['| head -c 1', /^0\n$/],
    ['> /dev/full', /^error SYSTEM_REFUSED: standard output .*ENOSPC.*\n {2}→ Free some disk space.*\n3\n$/],
  ])('takes it that nobody reads all, and says that the disk is full: %s', async (where, stderr) => {
    const { finished } = desk.shell(`{ "$@" report sweep --format json; echo $? >&2; } ${where}`);
    expect((await finished).stderr).toMatch(stderr);
  });

  it('writes every figure as SVG, PDF and CSV', async () => {
    const { code, stderr } = await desk.run('report', 'sweep', '--figures', 'figures', '--format', 'csv');
    expect(code).toBe(0);
    const figures = figuresOf(sweep);
    expect(stderr).toBe(`figures: ${figures.length} in figures\n`);
    const files = await readdir(join(desk.folder, 'figures'));
    expect(files.sort()).toEqual(figures.flatMap(({ id }) => [`${id}.csv`, `${id}.pdf`, `${id}.svg`]).sort());
    expect(await readFile(join(desk.folder, 'figures', 'pareto.csv'), 'utf8')).toBe(
      figures.find(({ id }) => id === 'pareto')?.csv,
    );
    expect(await readFile(join(desk.folder, 'figures', 'pareto.pdf'), 'latin1')).toMatch(/^%PDF-/);
  });

  it.skipIf(process.platform !== 'linux')('opens the page, and says where it is when it cannot', async () => {
    const opener = join(desk.folder, 'xdg-open');
    const opened = join(desk.folder, 'opened');
    await writeFile(opener, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
    await chmod(opener, 0o755);
    desk.env['PATH'] = `${desk.folder}:/usr/bin:/bin`;
    const page = join(desk.folder, 'out', 'sweep', 'report.html');
    expect((await desk.run('report', 'sweep', '--open')).stderr).toBe('report: out/sweep/report.html\n');
    // the command does not wait for ever for what it started
    await expect.poll(() => readFile(opened, 'utf8').catch(() => ''), { timeout: 60_000 }).toBe(page);
    desk.env['PATH'] = join(desk.folder, 'nowhere');
    const failed = await desk.run('report', 'sweep', '--open');
    expect(failed.code).toBe(0);
    expect(failed.stderr).toContain(`cannot open it (spawn xdg-open ENOENT); open this file yourself: ${page}`);
  });

  it('finds a run by the first characters of its id, and says when there is no such run', async () => {
    const changed = { ...recipe, run: { ...recipe.run, runId: 'cccc-2' }, baseline: 'base' };
    await storeRun('first-recipe', 'cccc-2', changed);
    const baseline = async (run: string): Promise<unknown> =>
      (JSON.parse((await desk.run('report', run, '--format', 'json')).stdout) as RunReport).baseline;
    expect(await baseline('first-recipe@aaaa')).toBe('expert');
    expect(await baseline('first-recipe@cc')).toBe('base');
    const missing = await desk.run('report', 'first-recipe@dd');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('RUN_NOT_FOUND');
    expect((await desk.run('report', 'sweep', '--format', 'pdf')).code).toBe(2);
  });

  it('prints the object for programs with the sweep in it', async () => {
    const { stdout } = await desk.run('results', 'sweep', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ sweep: { recommended: { index: 27 } } });
  });

  it('compares two runs: plans, values, and exit codes', async () => {
    const steps = recipe.steps.map((step) => (step.name === 'both' ? { ...step, evaluations: [] } : step));
    await storeRun('other', 'dddd-1', { ...recipe, steps }, 'cuda');
    const text = await desk.run('compare', 'first-recipe', 'other');
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('environment device: cpu → cuda');
    expect(text.stdout).toMatch(/^both +gsm\.exact +75\.0 +– +–/m);
    const json = await desk.run('compare', 'first-recipe', 'other', '--json', '--exit-code');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ isSame: false, changes: ['environment device: cpu → cuda'] });
    const same = await desk.run('compare', 'first-recipe', 'first-recipe@aaaa', '--exit-code');
    expect(same).toMatchObject({ code: 0, stderr: '' });
    expect(same.stdout).toContain('All values are the same.');
  });
});
