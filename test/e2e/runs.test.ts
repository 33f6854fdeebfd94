import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, smallRecipe } from '../support/command.js';

describe('runs under one name', { timeout: 300_000 }, () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.create();
    await desk.write('study.yaml', smallRecipe({ name: 'study' }));
    await desk.write('other.yaml', smallRecipe({ name: 'study', lambda: '0.5' }));
  });
  afterAll(() => desk.close());

  it('attach when the plan is the same, are refused when it is another, and give way to --new', async () => {
    const first = await desk.run('submit', 'study.yaml', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ how: 'started' });
    const same = await desk.run('submit', 'study.yaml', '--json');
    const { runId } = JSON.parse(first.stdout) as { runId: string };
    expect(JSON.parse(same.stdout)).toMatchObject({ how: 'attached', runId });
    const other = await desk.run('submit', 'other.yaml');
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/error RUN_CONFLICT: .*step both: .*1·Ext\(truth⁻\).* → .*0\.5·Ext\(truth⁻\)/);
    expect(other.stderr).toContain('--new');
    const lonely = desk.start('watch', 'study');
    await lonely.waitFor('! no worker has picked up this run: start one with ominus worker');
    lonely.process.kill('SIGINT');
    await lonely.finished;
    // cancelling needs a worker of the old run's queue, as a user's machine has one
    const worker = desk.start('worker');
    const replaced = await desk.run('submit', 'other.yaml', '--new', '--json');
    expect(JSON.parse(replaced.stdout)).toMatchObject({ how: 'replaced' });
    expect((await desk.run('cancel', 'study')).code).toBe(0);
    const watched = await desk.run('watch', 'study');
    expect(watched.code).toBe(1);
    expect(watched.stderr).toContain('CANCELLED');
    expect((await desk.run('status')).stdout).toMatch(/study +cancelled/);
    expect((await desk.run('store', 'list')).stdout).toMatch(/study +\S+ +cancelled/);
    worker.process.kill('SIGTERM');
    await worker.finished;
  });

  it('are ended at once by cancel where no worker is, and do not cancel what is started after them', async () => {
    await desk.write('lonely.yaml', smallRecipe({ name: 'lonely', limit: 2 }));
    await desk.run('submit', 'lonely.yaml');
    const cancelled = await desk.run('cancel', 'lonely');
    expect([cancelled.code, cancelled.stdout]).toEqual([0, expect.stringMatching(/^cancelled lonely; /)]);
    expect((await desk.run('status')).stdout).toMatch(/lonely +cancelled/);
    const watched = await desk.run('watch', 'lonely');
    expect([watched.code, watched.stderr]).toEqual([1, expect.stringContaining('CANCELLED')]);
    const again = await desk.run('run', 'lonely.yaml');
    expect(again.code, again.stderr.slice(-1500)).toBe(0);
    expect(again.stderr).toContain('started: run lonely');
  });

  it('wait when their command is interrupted, say how to come back, and go on', async () => {
    const run = desk.start('run', 'study.yaml');
    await run.waitFor(/(done|reused) +choice scores of base/);
    run.process.kill('SIGINT');
    const { code, stderr } = await run.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('The run study waits on the server');
    expect(stderr).toContain('ominus cancel study');
    expect((await desk.run('status')).stdout).toMatch(/study +running/);
    const again = await desk.run('run', 'study.yaml', '--quiet');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('report: out/study/report.html');
  });
});
