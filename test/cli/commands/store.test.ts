/** `ominus store` as a user runs it, on a store whose records the test writes itself: nothing is inferred. */
import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, type Digest } from '../../../core/digest.js';
import { nodeName, objectName } from '../../../io/store/layout.js';
import { openArtifactStore } from '../../../io/store/open.js';
import type { RunRecord } from '../../../io/store/run-record.js';
import type { ArtifactStore } from '../../../io/store/types.js';
import { Desk, type Finished } from '../../support/command.js';
import type { ArtifactRef } from '../../../core/artifact-ref.js';

interface StoredNode {
  readonly key: Digest;
  readonly artifact: ArtifactRef;
}

describe('ominus store', { timeout: 120_000 }, () => {
  let desk: Desk;
  let root: string;
  let store: ArtifactStore;
  let used: StoredNode;
  let unused: StoredNode;

  beforeEach(async () => {
    desk = await Desk.create();
    root = join(desk.folder, 'state', 'store');
    store = await openArtifactStore(root);
    [used, unused] = [await node('used'), await node('unused')];
    await run('study', 'first', 'finished', [used.key]);
    await run('study', 'second', 'running', [used.key, digestOf('to do')]);
    await run('other', 'only', 'finished', []);
  });

  afterEach(() => desk.close());

  /** Stores a node with one artifact. */
  async function node(name: string): Promise<StoredNode> {
    const key = digestOf(name);
    const artifact = await store.putArtifact(Buffer.from(`result of ${name}`));
    await store.putNode({ key, kind: 'combine', artifacts: { coefficients: artifact }, summary: {}, createdAt: '' });
    return { key, artifact };
  }

  /** Stores the record of a run, with its plan. */
  async function run(name: string, runId: string, state: RunRecord['state'], nodes: readonly Digest[]): Promise<void> {
    const plan = { ...(await store.putArtifact(Buffer.from(`plan of ${name}`))) };
    const record = { state, nodes, artifacts: [plan], plan, planDigest: digestOf(name) } satisfies RunRecord;
    await store.putRun(name, runId, record);
  }

  const ominus = (...args: readonly string[]): Promise<Finished> => desk.run('store', ...args);

  async function json(...args: readonly string[]): Promise<unknown> {
    const { stdout, stderr } = await ominus(...args, '--json');
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  const pathOf = (name: string): string => join(root, ...name.split('/'));

  /** Files of the store, without the folders of temporaries. */
  async function files(): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
  }

  async function age(path: string, days: number): Promise<void> {
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(path, then, then);
  }

  it('list says what there is, for people and for programs', async () => {
    const { code, stdout } = await ominus('list');
    expect(code).toBe(0);
    expect(stdout).toContain(`file://${root}`);
    expect(stdout).toMatch(/study +first +finished +1 of 1 /);
    expect(stdout).toMatch(/study +second +unknown +1 of 2 /);
    expect(stdout).toMatch(/nodes +2 /);
    expect(await json('list')).toMatchObject({
      runs: expect.arrayContaining([
        expect.objectContaining({ name: 'other', state: 'finished', nodes: 0 }),
      ]) as unknown,
      kinds: expect.arrayContaining([expect.objectContaining({ kind: 'objects', blobs: 4 })]) as unknown,
    });
  });

  it('gc removes nothing younger than a day, and with --dry-run nothing at all', async () => {
    const before = await files();
    expect(await json('gc')).toMatchObject({ dryRun: false, removed: [] });
    const dry = await ominus('gc', '--dry-run', '--older-than', '0s');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/node +1 /);
    expect(dry.stdout).toMatch(/^would remove 2 \(/m);
    expect(await files()).toEqual(before);
  });

  it('gc removes what no run refers to once its grace period is over, and keeps the rest', async () => {
    const gone = [nodeName(unused.key), objectName(unused.artifact.digest)];
    const before = await files();
    for (const path of before) {
      await age(path, 2);
    }
    await age(pathOf(nodeName(unused.key)), 0.5);
    const first = (await json('gc')) as { removed: { name: string }[] };
    expect(first.removed.map(({ name }) => name)).toEqual([gone[1]]);
    const { code, stdout } = await ominus('gc', '--older-than', '6h');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^removed 1 \(.*kept 8 \(/m);
    expect(await files()).toEqual(before.filter((path) => !gone.map(pathOf).includes(path)));
    expect(Buffer.from(await store.getArtifact(used.artifact)).toString()).toBe('result of used');
  });

  it('gc refuses to guess when it cannot read what a run refers to', async () => {
    const before = await files();
    await writeFile(pathOf('runs/study/first.json'), 'torn');
    const { code, stderr } = await ominus('gc', '--older-than', '0s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error ARTIFACT_DAMAGED: .*runs\/study\/first\.json/m);
    expect(stderr).toMatch(/→ Run `ominus store verify`/);
    expect(await files()).toEqual(before);
  });

  it('verify finds nothing in a sound store', async () => {
    expect((await ominus('verify')).code).toBe(0);
    expect(await json('verify')).toMatchObject({ blobs: 10, damaged: [], forgotten: [] });
  });

  it('verify sets aside what is damaged, forgets the nodes that need it, and says so with its exit code', async () => {
    const name = objectName(used.artifact.digest);
    const bytes = await readFile(pathOf(name));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await chmod(pathOf(name), 0o644);
    await writeFile(pathOf(name), bytes);
    const { code, stdout, stderr } = await ominus('verify');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(`damaged, set aside: ${name}\n`);
    expect(stdout).toContain(`artifacts lost, will be computed again: node ${used.key}\n`);
    expect(await readFile(pathOf(`damaged/${name}`))).toEqual(bytes);
    expect(await store.getNode(used.key)).toBeUndefined();
    expect((await ominus('verify')).code).toBe(0);
  });

  it('forget lets gc remove what only the forgotten runs needed', async () => {
    const removed = async (...args: readonly string[]): Promise<readonly unknown[]> =>
      ((await json('gc', '--older-than', '0s', ...args)) as { removed: unknown[] }).removed;
    const one = await ominus('forget', 'study', '--run', 'first');
    expect(one.stdout).toMatch(/^forgot 1 run of study;/);
    expect(await removed('--dry-run')).toHaveLength(2);
    expect((await ominus('forget', 'study')).code).toBe(0);
    // two nodes, their artifacts, and the plan
    expect(await removed()).toHaveLength(5);
    expect(await store.getNode(used.key)).toBeUndefined();
    expect((await store.listRuns()).map(({ name }) => name)).toEqual(['other']);
  });

  it('forget and gc say what was wrong with what they were told', async () => {
    const unknown = await ominus('forget', 'nobody');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/^error RUN_NOT_FOUND: .*name=nobody/m);
    for (const wrong of ['soon', '1y', '-1d', '1.5h']) {
      const { code, stderr } = await ominus('gc', `--older-than=${wrong}`);
      expect(code, wrong).toBe(2);
      expect(stderr, wrong).toContain('12h or 1d');
    }
  });

  it('is not made by those who only look for one', async () => {
    const place = join(desk.folder, 'nothing', 'here');
    desk.env['OMINUS_STORE'] = place;
    const outcomes: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['store', 'list'], 0, /nothing is stored here/],
      [['store', 'gc', '--dry-run'], 0, /would remove 0/],
      [['store', 'verify'], 0, /0 read/],
      [['store', 'forget', 'study'], 1, /RUN_NOT_FOUND/],
      [['results', 'study'], 1, /RUN_NOT_FOUND/],
      [['report', 'study'], 1, /RUN_NOT_FOUND/],
      [['compare', 'study', 'other'], 1, /RUN_NOT_FOUND/],
    ];
    for (const [args, code, said] of outcomes) {
      const finished = await desk.run(...args);
      expect([finished.code, finished.stdout + finished.stderr]).toEqual([code, expect.stringMatching(said)]);
    }
    await expect(readdir(join(desk.folder, 'nothing'))).rejects.toThrow('ENOENT');
  });

  it.runIf(process.platform === 'linux')('a place where there can be no store is one clear error', async () => {
    desk.env['OMINUS_STORE'] = '/proc/ominus/store';
    const { code, stderr } = await desk.run('status');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error STORE_DENIED: the store's folder cannot be created .*\n {2}→ .*OMINUS_STORE/);
  });
});
