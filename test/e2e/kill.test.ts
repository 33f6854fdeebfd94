import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultsObject } from '../../report/json/results-object.js';
import {
  beforeItsEnd,
  Desk,
  finishedNodes,
  killCommandAt,
  nodesDone,
  runIdOf,
  serverPid,
  smallRecipe,
  type Finished,
  type Running,
} from '../support/command.js';

/** Results without what names a run or a place, and digests of all output files. */
async function fingerprint(desk: Desk, run: Finished): Promise<unknown> {
  expect(run.code, run.stderr.slice(-1500)).toBe(0);
  const { steps, comparisons } = JSON.parse(run.stdout) as ResultsObject;
  const files = ['both', 'direct'].flatMap((step) =>
    ['adapter_model.safetensors', 'adapter_config.json', 'ominus.json', 'README.md'].map((file) =>
      join('out', step, file),
    ),
  );
  const digests = await Promise.all(
    files.map(async (file) => [
      file,
      createHash('sha256')
        .update(await readFile(join(desk.folder, file)))
        .digest('hex'),
    ]),
  );
  return { steps, comparisons, digests };
}

/** Process ids of a process's children whose command line holds a text. */
function childrenOf(pid: number | undefined, text: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [own, parent] = line.trim().split(/\s+/).map(Number);
    return parent === pid && line.includes(text) && own !== undefined ? [own] : [];
  });
}

describe('kill -9', { timeout: 600_000 }, () => {
  let expected: unknown;
  const desks: Desk[] = [];
  const newDesk = async (): Promise<Desk> => {
    const desk = await Desk.create();
    desks.push(desk);
    await desk.write('small.yaml', smallRecipe());
    return desk;
  };

  beforeAll(async () => {
    const desk = await newDesk();
    expected = await fingerprint(desk, await desk.run('run', 'small.yaml', '--json'));
  }, 300_000);

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
  });

  it('of the command, again and again: the same command goes on, keeps what is finished, and ends the same', () =>
    beforeItsEnd(async () => {
      const desk = await newDesk();
      const runs = await killCommandAt(desk, 'small', [4, 9, 13, 17]); // of 39
      if (runs === undefined) {
        return 'too late';
      }
      const last = await desk.run('run', 'small.yaml', '--json');
      runs.add(runIdOf(last));
      expect(await fingerprint(desk, last)).toEqual(expected);
      // one run throughout, in which every node was started once: the commands attached to it
      expect(runs.size).toBe(1);
      const started = (await desk.historyOf('small')).match(/"name": *"runNode"/g);
      expect(started).toHaveLength(finishedNodes(last).length);
      return 'in time';
    }));

  it('of the inference process: the worker starts another and goes on', async () => {
    const desk = await newDesk();
    const run = desk.start('run', 'small.yaml', '--json');
    for (const finished of [6, 12]) {
      await run.waitFor(nodesDone(finished)); // of 39
      await killSoon(run, 'inference-child');
    }
    expect(await fingerprint(desk, await run.finished)).toEqual(expected);
  });

  it('of the server: the command starts it again on the same database and goes on', () =>
    beforeItsEnd(async () => {
      const desk = await newDesk();
      const run = desk.start('run', 'small.yaml', '--json');
      await run.waitFor(nodesDone(6)); // of 39
      if (!(await desk.isUnderWay('small'))) {
        return 'too late';
      }
      const pid = await serverPid(desk);
      process.kill(pid, 'SIGKILL');
      expect(await fingerprint(desk, await run.finished)).toEqual(expected);
      expect(await serverPid(desk)).not.toBe(pid);
      return 'in time';
    }));

  it('of a worker beside submit and watch: another worker takes over', async () => {
    const desk = await newDesk();
    const submitted = await desk.run('submit', 'small.yaml', '--json');
    expect(JSON.parse(submitted.stdout)).toMatchObject({ how: 'started', workflowId: 'small' });
    const worker = desk.start('worker');
    const watch = desk.start('watch', 'small', '--json');
    await watch.waitFor(nodesDone(6)); // of 39
    worker.process.kill('SIGKILL');
    await worker.finished;
    const second = desk.start('worker');
    expect(await fingerprint(desk, await watch.finished)).toEqual(expected);
    second.process.kill('SIGTERM');
    expect((await second.finished).code).toBe(130);
  });
});

/** Kills a child of a running command as soon as there is one. */
async function killSoon(run: Running, text: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const [pid] = childrenOf(run.process.pid, text);
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the command has no child ${text}`);
}
