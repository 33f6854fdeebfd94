import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, serverPid } from '../support/command.js';
import { fingerprint, nodeRecords, pointsDone, smallSweep as sweepOver } from '../support/small-sweep.js';

const GRID = '{ a: { from: 0.4, to: 2.4, step: 0.4 }, b: [0.25, 0.5, 1, 2] }';
const POINTS = 24;

/** With a made leaf: it must outlive every kill, as points do. */
const smallSweep: typeof sweepOver = (over, options) =>
  sweepOver(over, { truth: 'compress(truth⁻, rank: 4)', ...options });

describe('a sweep', { timeout: 300_000 }, () => {
  const desks: Desk[] = [];
  const newDesk = async (): Promise<Desk> => {
    const desk = await Desk.create();
    desks.push(desk);
    await desk.write('sweep.yaml', smallSweep(GRID));
    return desk;
  };
  let expected: unknown;

  beforeAll(async () => {
    const desk = await newDesk();
    expected = await fingerprint(desk, await desk.run('run', 'sweep.yaml', '--json'));
  }, 300_000);

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
  });

  it('comes to the same when its command and its server are killed with -9, and evaluates no point twice', async () => {
    const desk = await newDesk();
    const store = join(desk.folder, 'state/store');
    const kept = new Map<string, string>();
    for (const done of [1, 9]) {
      const run = desk.start('run', 'sweep.yaml', '--json');
      await run.waitFor(pointsDone(done, POINTS));
      run.process.kill('SIGKILL');
      await run.finished;
      (await nodeRecords(store)).forEach((text, name) => kept.set(name, text));
    }
    const last = desk.start('run', 'sweep.yaml', '--json');
    await last.waitFor(pointsDone(10, POINTS));
    const killed = await serverPid(desk);
    process.kill(killed, 'SIGKILL');
    expect(await fingerprint(desk, await last.finished)).toEqual(expected);
    const atTheEnd = await nodeRecords(store);
    expect(kept.size).toBeGreaterThan(9);
    expect([...kept].filter(([name, text]) => atTheEnd.get(name) !== text)).toEqual([]);
  });

  it('is paused, adjusted, extended and resumed while a worker works, and ends as if it had been so from the start', async () => {
    const desk = await newDesk();
    await desk.write('less.yaml', smallSweep('{ a: { from: 0.4, to: 2.4, step: 0.4 }, b: [0.25, 0.5] }'));
    await desk.write('other.yaml', smallSweep(GRID, { limit: 24 }));
    await desk.run('submit', 'less.yaml', '--json');
    // paused before anybody is there to evaluate a point: nothing here depends on how fast points are
    const control = desk.start('worker', '--role', 'control');
    const paused = await desk.run('pause', 'small', '--json');
    expect(JSON.parse(paused.stdout), paused.stderr).toMatchObject({ run: 'small', state: 'preparing' });
    expect((await desk.run('pause', 'small')).stdout).toContain('small is paused already; nothing changed');
    expect((await desk.run('pause', 'less.yaml', '--json')).stdout).toContain('"changed":false');
    expect((await desk.run('retry', 'small', '--failed')).stdout).toContain('small has no failures; nothing to retry');
    await desk.write('typo.yaml', smallSweep(GRID, { name: 'smal' }));
    const unknown = await desk.run('extend', 'typo.yaml');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(
      /error RUN_NOT_FOUND: no sweep of this name was ever started \[run=smal\]\n.*Did you mean small\?/,
    );
    expect((await desk.run('watch', 'smal')).stderr).toMatch(/RUN_NOT_FOUND: .*\[run=smal, .*\n.*Did you mean small\?/);
    const worker = desk.start('worker');
    const watch = desk.start('watch', 'small', '--json');
    await watch.waitFor('"phase":"paused","done":0');
    expect((await desk.run('concurrency', 'small', '2')).stdout).toContain('works on 2 slices at a time');
    expect((await desk.run('concurrency', 'small', '257')).stderr).toContain('error USAGE');
    const refused = await desk.run('submit', 'sweep.yaml');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/RUN_CONFLICT: .*variable b: 0\.25, 0\.5 → 0\.25, 0\.5, 1, 2/);
    expect(refused.stderr).toContain('--extend');
    expect((await desk.run('extend', 'other.yaml')).stderr).toMatch(
      /RUN_CONFLICT: .*only the points of a running sweep.*"limit":22/,
    );
    const extended = await desk.run('extend', 'sweep.yaml', '--json');
    expect(JSON.parse(extended.stdout), extended.stderr).toMatchObject({ how: 'extended' });
    const same = await desk.run('submit', 'sweep.yaml', '--json');
    expect(JSON.parse(same.stdout)).toMatchObject({ how: 'attached' });
    expect((await desk.run('status', 'small')).stdout).toContain('paused');
    expect((await desk.run('resume', 'small')).stdout).toContain('resumed small');
    expect((await desk.run('resume', 'small')).stdout).toContain('small is not paused; nothing changed');
    expect(await fingerprint(desk, await watch.finished)).toEqual(expected);
    const over = await desk.run('pause', 'small');
    expect(over.stderr).toContain('error RUN_NOT_FOUND: no run of this name is running [run=small, state=finished]');
    const again = await desk.run('retry', 'small', '--failed', '--json');
    expect(JSON.parse(again.stdout), again.stderr).toMatchObject({ how: 'unchanged' });
    expect((await desk.run('results', 'sweep.yaml', '--json')).stdout).toContain('"name":"small"');
    expect((await desk.run('results', 'smal')).stderr).toContain('Did you mean small?');
    for (const each of [control, worker]) {
      each.process.kill('SIGTERM');
      expect((await each.finished).code).toBe(130);
    }
  });
});
