/** Store and sources in S3, on a real server: the same numbers, the same endurance, and no secret anywhere. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultsObject } from '../../report/json/results-object.js';
import { createS3Client } from '../../io/store/s3-client.js';
import { provideBinary, TEMPORAL_CLI } from '../../io/temporal/binary.js';
import { serverStatus } from '../../io/temporal/server.js';
import {
  beforeItsEnd,
  Desk,
  finishedNodes,
  killCommandAt,
  ROOT,
  runIdOf,
  smallRecipe,
  type Finished,
} from '../support/command.js';
import { fingerprint, nodeRecords, pointsDone, smallSweep } from '../support/small-sweep.js';
import { startS3Server, type TestS3Server } from '../support/versitygw.js';

const DEMO = join(ROOT, 'demo');
const UPLOADED = ['base', 'toxicity', 'adapters/expert', 'adapters/truth-', 'adapters/tox-', 'data'];
const LIMIT = 6;
const SWEEP = smallSweep('{ a: [0.5, 1, 1.5, 2], b: [0.5, 1, 2] }', { name: 'sweep' });
const POINTS = 12;

/** Paths of all files below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const files = await filesBelow(folder);
  const held = await Promise.all(files.map(async (file) => (await readFile(file)).includes(text)));
  return files.filter((_, i) => held[i]);
}

/** A run's results without what names the run, and the digests of the weights that it wrote. */
async function outcome(desk: Desk, run: Finished): Promise<unknown> {
  expect(run.code, run.stdout.slice(-500) + run.stderr.slice(-1500)).toBe(0);
  const { steps, comparisons } = JSON.parse(run.stdout) as ResultsObject;
  const weights = await Promise.all(
    ['both', 'direct'].map((step) => readFile(join(desk.folder, 'out', step, 'adapter_model.safetensors'))),
  );
  return { steps, comparisons, weights: weights.map((bytes) => createHash('sha256').update(bytes).digest('hex')) };
}

/** Nodes that were computed in the run that a command followed. */
function computed({ stderr }: Finished): string[] {
  return [...stderr.matchAll(/"id":"([^"]+)"[^\n]*?"state":"done"/g)].map((match) => match[1] ?? '');
}

describe('a store and sources in S3', { timeout: 300_000 }, () => {
  let server: TestS3Server;
  let secret: string;
  let expected: unknown;
  let expectedSweep: unknown;
  const desks: Desk[] = [];
  const spec = smallRecipe({ limit: LIMIT });

  const inBucket = (text: string): string => text.replaceAll(DEMO, `s3://${server.bucket}/demo`);
  const newDesk = async (prefix: string, change: NodeJS.ProcessEnv = {}): Promise<Desk> => {
    const desk = await Desk.create({ ...server.env, OMINUS_STORE: `s3://${server.bucket}/${prefix}`, ...change });
    // downloads are this test's own, the server program is everybody's
    desk.env['OMINUS_CACHE_DIR'] = join(desk.folder, 'cache');
    desk.env[TEMPORAL_CLI.variable] = (await provideBinary()).path;
    desks.push(desk);
    await desk.write('small.yaml', inBucket(spec));
    return desk;
  };

  beforeAll(async () => {
    server = await startS3Server();
    secret = server.env['AWS_SECRET_ACCESS_KEY'] ?? '';
    const client = createS3Client({ env: server.env });
    for (const file of (await Promise.all(UPLOADED.map((folder) => filesBelow(join(DEMO, folder))))).flat()) {
      const Key = `demo/${relative(DEMO, file)}`;
      await client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body: await readFile(file) }));
    }
    client.destroy();
    const local = await Desk.create();
    desks.push(local);
    await local.write('small.yaml', spec);
    expected = await outcome(local, await local.run('run', 'small.yaml', '--json'));
    await local.write('sweep.yaml', SWEEP);
    expectedSweep = await fingerprint(local, await local.run('run', 'sweep.yaml', '--json'), 'sweep');
  }, 300_000);

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    await server.close();
  });

  it('give the numbers of local files, find everything the second time, and keep no secret', async () => {
    const desk = await newDesk('runs/first');
    const first = await desk.run('run', 'small.yaml', '--json');
    expect(await outcome(desk, first)).toEqual(expected);
    expect(await filesBelow(join(server.bucketFolder, 'runs/first'))).not.toEqual([]);
    expect(await readdir(join(desk.folder, 'state'))).not.toContain('store');

    const second = await desk.run('run', 'small.yaml', '--json');
    expect(computed(second)).toEqual([]);
    expect(await outcome(desk, second)).toEqual(expected);
    const verified = await desk.run('store', 'verify', '--json');
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([0, { damaged: [], forgotten: [] }]);

    const history = await desk.historyOf('small');
    expect(history).toContain('WORKFLOW_EXECUTION_COMPLETED');
    expect(history).not.toContain(secret);
    for (const { stdout, stderr } of [first, second, verified]) {
      expect(stdout + stderr).not.toContain(secret);
    }
    const demo = `s3://${server.bucket}/demo`;
    const places = [
      [join(desk.folder, 'state', 'temporal'), 'OminusSpec'],
      [join(desk.folder, 'out'), demo],
      [join(server.bucketFolder, 'runs/first'), demo],
    ] as const;
    for (const [folder, known] of places) {
      expect(await filesWith(folder, known), folder).not.toEqual([]); // or the search would prove nothing
    }
    for (const folder of [desk.folder, server.bucketFolder]) {
      expect(await filesWith(folder, secret), folder).toEqual([]);
    }
  });

  it('survive kill -9 of the command: the same command goes on, starts no node twice, and ends the same', () =>
    beforeItsEnd(async (attempt) => {
      const desk = await newDesk(`runs/killed-${String(attempt)}`);
      const runs = await killCommandAt(desk, 'small', [8]);
      if (runs === undefined) {
        return 'too late';
      }
      const again = await desk.run('run', 'small.yaml', '--json');
      expect(await outcome(desk, again)).toEqual(expected);
      // one run throughout, in which every node was started once
      expect([...runs]).toEqual([runIdOf(again)]);
      const scheduled = (await desk.historyOf('small')).match(/"name": *"runNode"/g);
      expect(scheduled).toHaveLength(finishedNodes(again).length);
      return 'in time';
    }));

  it('serve a sweep on two machines: it survives kill -9 of a worker and of the store, and ends the same', async () => {
    const prefix = 'runs/sweep';
    const desk = await newDesk(prefix);
    await desk.write('sweep.yaml', inBucket(SWEEP));
    const submitted = await desk.run('submit', 'sweep.yaml', '--json');
    expect(submitted.code, submitted.stderr).toBe(0);
    const { address } = await serverStatus(desk.env);
    // as on other machines: nothing but the server's address and the store is shared
    const machines = [1, 2].map(() => newDesk(prefix, { TEMPORAL_ADDRESS: address }));
    const [first, second] = (await Promise.all(machines)).map((machine) => machine.start('worker'));
    const watch = desk.start('watch', 'sweep', '--json');
    await watch.waitFor(pointsDone(1, POINTS));
    first?.process.kill('SIGKILL');
    await server.kill();
    await server.start();
    const store = join(server.bucketFolder, prefix);
    const kept = await nodeRecords(store);
    expect(await fingerprint(desk, await watch.finished, 'sweep')).toEqual(expectedSweep);
    const atTheEnd = await nodeRecords(store);
    expect(kept.size).toBeGreaterThan(1);
    expect([...kept].filter(([name, text]) => atTheEnd.get(name) !== text)).toEqual([]);
    second?.process.kill('SIGTERM');
    expect((await second?.finished)?.code).toBe(130);
    const verified = await desk.run('store', 'verify', '--json');
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([0, { damaged: [], forgotten: [] }]);
  });

  it('with a wrong secret are one clear error and nothing else', async () => {
    const wrong = 'not-the-secret-of-anybody';
    const desk = await newDesk('denied', { AWS_SECRET_ACCESS_KEY: wrong });
    await desk.write('local.yaml', spec);
    for (const args of [
      ['run', 'small.yaml'],
      ['run', 'local.yaml'],
      ['store', 'list'],
      ['results', 'small'],
    ]) {
      const { code, stdout, stderr } = await desk.run(...args);
      expect(code, args.join(' ')).toBe(3);
      expect(stderr.match(/^error .*/gm), stderr).toEqual([expect.stringMatching(/^error STORE_DENIED: .*HTTP 403/)]);
      expect(stderr).toMatch(/^ {2}→ Check the access key/m);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout + stderr).not.toContain(wrong);
    }
  });

  it('without a server are one clear error as well', async () => {
    const desk = await newDesk('down');
    await server.kill();
    try {
      const { code, stderr } = await desk.run('run', 'small.yaml');
      expect(code).toBe(3);
      expect(stderr.match(/^error .*/gm), stderr).toEqual([
        expect.stringMatching(/^error STORE_UNREACHABLE: .*ECONNREFUSED/),
      ]);
      expect(stderr).toMatch(/^ {2}→ Check the endpoint/m);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stderr).not.toContain(secret);
    } finally {
      await server.start();
    }
  });
});
