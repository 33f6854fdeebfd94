/** What happens to a folder when a result is to take its place: other people's files, and a kill at the worst moment. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { packageRoot } from '../../../io/files/package-root.js';
import { checkOutputFolder } from '../../../io/adapter/adapter-output.js';
import { beginOutput } from '../../../io/adapter/output-folder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const FILES = { marker: 'ours.json', written: ['weights', 'ours.json'], kept: ['report.html'] };

/** Writes a result into a folder, as an adapter is written. */
async function put(target: string, weights: string, replace = true): Promise<'written' | 'identical'> {
  const output = await beginOutput(target, { replace, files: FILES, inputs: [] });
  try {
    await writeFile(join(output.temporary, 'weights'), weights);
    await writeFile(join(output.temporary, 'ours.json'), '{}');
    return await output.publish();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** Text of every file of a folder. */
async function texts(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('a folder that ominus wrote', () => {
  it('is replaced as long as it holds only what ominus wrote, and leaves nothing beside it', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'out');
    await put(target, 'one');
    expect(await put(target, 'two')).toBe('written');
    expect(await texts(target)).toEqual({ 'ours.json': '{}', weights: 'two' });
    expect(await readdir(parent)).toEqual(['out']);
  });

  it('keeps the files of others: it is not replaced, and the error names them and says what to do', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'out');
    await put(target, 'one');
    await mkdir(join(target, 'plots'));
    await writeFile(join(target, 'notes\u001b.txt'), 'three years of work');
    for (const replace of [true, false]) {
      await expect(put(target, 'two', replace)).rejects.toMatchObject({
        code: 'OUTPUT_EXISTS',
        message: expect.stringContaining(
          'files that ominus did not write: "notes\\u001b.txt", "plots" [out=',
        ) as string,
        hint: expect.stringMatching(/^Move these files/) as string,
      });
    }
    expect((await readdir(target)).sort()).toEqual(['notes\u001b.txt', 'ours.json', 'plots', 'weights']);
    expect(await readdir(parent)).toEqual(['out']);
  });

  it('may have the files of others beside the same result, which need not be written', async () => {
    const target = join(await temporaryFolder(), 'out');
    await put(target, 'one');
    await writeFile(join(target, 'notes.txt'), 'x');
    expect(await put(target, 'one')).toBe('identical');
    expect(await texts(target)).toEqual({ 'notes.txt': 'x', 'ours.json': '{}', weights: 'one' });
  });

  it('counts as foreign where one of our names is a folder', async () => {
    const target = join(await temporaryFolder(), 'out');
    await mkdir(join(target, 'weights'), { recursive: true });
    await writeFile(join(target, 'weights', 'mine'), 'x');
    await writeFile(join(target, 'ours.json'), '{}');
    await expect(put(target, 'two')).rejects.toThrow(/did not write: "weights"/);
    expect(await readdir(join(target, 'weights'))).toEqual(['mine']);
  });

  it('keeps the report in it when it is replaced', async () => {
    const target = join(await temporaryFolder(), 'out');
    await put(target, 'one');
    await writeFile(join(target, 'report.html'), '<html>');
    expect(await put(target, 'two')).toBe('written');
    expect(await texts(target)).toEqual({ 'ours.json': '{}', 'report.html': '<html>', weights: 'two' });
  });

  it('is replaced behind a link, which stays a link', async () => {
    const parent = await temporaryFolder();
    await put(join(parent, 'disk', 'x'), 'one');
    await symlink(join(parent, 'disk', 'x'), join(parent, 'out'));
    await put(join(parent, 'out'), 'two');
    expect((await texts(join(parent, 'disk', 'x')))['weights']).toBe('two');
    expect(await realpath(join(parent, 'out'))).toBe(await realpath(join(parent, 'disk', 'x')));
    expect((await readdir(parent)).sort()).toEqual(['disk', 'out']);
  });
});

describe('a folder that was set aside by a process that is no more', () => {
  /** Id of a process that has ended. */
  const deadPid = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['-e', '']);
      child.once('error', reject).once('close', () => {
        resolve(child.pid ?? 0);
      });
    });
  const hidden = (pid: number, kind: string): string =>
    `.out.${hostname().replace(/[^A-Za-z0-9]/g, '')}-${pid}-0123456789ab.${kind}`;

  it('is put back when its place is empty, and what the process was writing is cleared away', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'out');
    for (const pid of [await deadPid(), process.pid]) {
      await put(target, 'one');
      await rename(target, join(parent, hidden(pid, 'old')));
      await mkdir(join(parent, hidden(pid, 'tmp')));
      // Its content counts again: without `replace` it stays.
      await expect(put(target, 'two', false)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
      expect((await texts(target))['weights']).toBe('one');
      expect(await readdir(parent)).toEqual(['out']);
    }
  });

  it('is removed when another result is in its place, except what ominus did not write', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'out');
    const aside = hidden(await deadPid(), 'old');
    await put(target, 'one');
    await rename(target, join(parent, aside));
    await writeFile(join(parent, aside, 'notes.txt'), 'x');
    await mkdir(target);
    await writeFile(join(target, 'ours.json'), '{}');
    await put(target, 'two');
    expect(await texts(join(parent, aside))).toEqual({ 'notes.txt': 'x' });
    expect((await texts(target))['weights']).toBe('two');
  });

  it('survives kill -9 between the two renames', async () => {
    const parent = await realpath(await temporaryFolder());
    const target = join(parent, 'out');
    await put(target, 'one');
    const { folder } = packageRoot();
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { rename, writeFile } = fs.promises;
      fs.promises.rename = async (from, to) => {
        if (to === ${JSON.stringify(target)}) {
          process.kill(process.pid, 'SIGKILL');
          await new Promise(() => undefined);
        }
        return rename(from, to);
      };
      syncBuiltinESMExports();
      const { beginOutput } = await import(${JSON.stringify(join(folder, 'io/adapter/output-folder.ts'))});
      const output = await beginOutput(${JSON.stringify(target)}, { replace: true, files: ${JSON.stringify(FILES)}, inputs: [] });
      await writeFile(output.temporary + '/weights', 'two');
      await writeFile(output.temporary + '/ours.json', '{}');
      await output.publish();`;
    const signal = await new Promise((resolve, reject) => {
      const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
      const child = spawn(process.execPath, argv, { cwd: folder });
      child.once('error', reject).once('close', (_, how) => {
        resolve(how);
      });
    });
    expect(signal).toBe('SIGKILL');
    expect(await readdir(parent)).toEqual([
      expect.stringMatching(/^\.out\..*\.(old|tmp)$/),
      expect.stringMatching(/^\.out\..*\.(old|tmp)$/),
    ]);
    await expect(put(target, 'three', false)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await texts(target)).toEqual({ 'ours.json': '{}', weights: 'one' });
    expect(await readdir(parent)).toEqual(['out']);
    expect(await put(target, 'three')).toBe('written');
  });
});

describe('before a result is computed', () => {
  const [key, other] = [digestOf('this'), digestOf('another')];

  it('a folder that is not ours, or holds more than another result, is refused; one that holds this result is not', async () => {
    const folder = join(await temporaryFolder(), 'out');
    await checkOutputFolder(folder, key);
    await mkdir(folder);
    await checkOutputFolder(folder, key);
    await writeFile(join(folder, 'notes.txt'), 'x');
    await expect(checkOutputFolder(folder, key)).rejects.toThrow(/ominus did not write it/);
    for (const text of ['', '[]', 'null', JSON.stringify({ key: other })]) {
      await writeFile(join(folder, 'ominus.json'), text);
      await expect(checkOutputFolder(folder, key)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    }
    await writeFile(join(folder, 'ominus.json'), JSON.stringify({ key }));
    await checkOutputFolder(folder, key);
    expect((await readdir(folder)).sort()).toEqual(['notes.txt', 'ominus.json']);
  });

  it('a place that cannot be one is refused', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), 'x');
    await expect(checkOutputFolder(join(folder, 'file'), key)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(checkOutputFolder(join(folder, 'file', 'out'), key)).rejects.toMatchObject({
      code: 'OUTPUT_FORBIDDEN',
    });
  });
});
