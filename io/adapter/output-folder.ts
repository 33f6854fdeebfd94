/** A folder that appears as a whole or not at all: written beside its place, then renamed. */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { makeFolder, syncFolder } from '../files/atomic-write.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';
import { holdsForeignFiles, lookAt, outputExists, overlap, realPathOf, type OwnFiles } from './output-place.js';

/** A folder that is being written. Either `publish` or `discard` it. */
export interface OutputFolder {
  /** Where to write the files. */
  readonly temporary: string;
  /** @returns `identical` when the place already had exactly these files, among others or not */
  publish(): Promise<'written' | 'identical'>;
  discard(): Promise<void>;
}

/** What may be replaced. */
export interface OutputOptions {
  /** Replace a folder that holds nothing but what this program wrote. */
  readonly replace: boolean;
  readonly files: OwnFiles;
  /** Folders that must not be touched. */
  readonly inputs: readonly string[];
}

/**
 * Begins a folder. What a killed process set aside and could not replace any more is put back first.
 *
 * @throws OminusError `OUTPUT_FORBIDDEN` when it is, contains or is in an input; `OUTPUT_EXISTS` when something else is there
 */
export async function beginOutput(folder: string, options: OutputOptions): Promise<OutputFolder> {
  const target = await realPathOf(resolve(folder)); // a link to a folder stays one
  await checkInputs(target, options.inputs);
  if ((await lookAt(target, options.files)).what === 'foreign') {
    throw outputExists(target, 'and ominus did not write it');
  }
  await makeFolder(dirname(target));
  await tidyUp(target, options.files);
  const temporary = hiddenPath(target, 'tmp');
  await mkdir(temporary);
  const end = async (): Promise<void> => {
    await rm(temporary, { recursive: true, force: true });
    inUse.delete(basename(temporary));
  };
  return {
    temporary,
    async publish() {
      const how = await publish(temporary, target, options);
      await end();
      return how;
    },
    discard: end,
  };
}

async function publish(temporary: string, target: string, options: OutputOptions): Promise<'written' | 'identical'> {
  await syncFolder(temporary);
  const found = await lookAt(target, options.files);
  if (found.what === 'ours') {
    if (await hasSameFiles(target, temporary)) {
      return 'identical';
    }
    if (found.foreign.length > 0) {
      throw holdsForeignFiles(target, found.foreign);
    }
    if (!options.replace) {
      const hint = 'Choose another folder, or add --replace to replace this one.';
      throw outputExists(target, 'with other content', hint);
    }
    await exchange(temporary, target, options.files);
  } else {
    await rename(temporary, target).catch(rethrowTaken(target));
    await syncFolder(dirname(target));
  }
  return 'written';
}

/**
 * Puts a folder into the place of another one. A process that is killed between the two renames leaves the old folder set
 * aside under a name that tells what it is, and {@link tidyUp} puts it back.
 */
async function exchange(temporary: string, target: string, files: OwnFiles): Promise<void> {
  for (const name of files.kept) {
    await copyFile(join(target, name), join(temporary, name)).catch(ignoreMissing);
  }
  const aside = hiddenPath(target, 'old');
  try {
    await rename(target, aside);
    try {
      // Nobody finds it here any more: what came into it until now is in it.
      const found = await lookAt(aside, files);
      if (found.what === 'ours' && found.foreign.length > 0) {
        throw holdsForeignFiles(target, found.foreign);
      }
      await rename(temporary, target).catch(rethrowTaken(target));
    } catch (error) {
      await rename(aside, target).catch(() => undefined); // where another process has taken the place, it stays aside
      throw error;
    }
  } finally {
    inUse.delete(basename(aside));
  }
  await syncFolder(dirname(target));
  await removeOwn(aside, files);
}

/** Removes what this program wrote, and the folder when that was all. */
async function removeOwn(folder: string, { written, kept }: OwnFiles): Promise<void> {
  for (const name of [...written, ...kept]) {
    await rm(join(folder, name), { force: true });
  }
  await rmdir(folder).catch(ignoreRace);
}

/** Whether a folder has every file of another one, byte for byte. */
async function hasSameFiles(folder: string, other: string): Promise<boolean> {
  for (const name of await readdir(other)) {
    const [here, there] = [join(folder, name), join(other, name)];
    const found = await stat(here).catch(ignoreMissing);
    if (found?.isFile() !== true || found.size !== (await stat(there)).size) {
      return false;
    }
    if (!(await readFile(here)).equals(await readFile(there))) {
      return false;
    }
  }
  return true;
}

async function checkInputs(target: string, inputs: readonly string[]): Promise<void> {
  for (const input of inputs) {
    if (overlap(target, await realPathOf(resolve(input)))) {
      throw new OminusError('OUTPUT_FORBIDDEN', {
        message: `the output would change an input [out=${target}, input=${input}]`,
        hint: 'Choose another output folder.',
      });
    }
  }
}

/** Hidden folders of this process that are still worked with, by name. */
const inUse = new Set<string>();

/**
 * A hidden name beside the target: `tmp` for what is being written, `old` for what is being replaced. It names machine and
 * process, so that folders of dead processes can be told apart.
 */
function hiddenPath(target: string, kind: 'tmp' | 'old'): string {
  const name = `${hiddenPrefix(target)}${String(process.pid)}-${randomBytes(6).toString('hex')}.${kind}`;
  inUse.add(name);
  return join(dirname(target), name);
}

function hiddenPrefix(target: string): string {
  return `.${basename(target)}.${hostname().replace(/[^A-Za-z0-9]/g, '')}-`;
}

/**
 * Clears away what killed processes of this machine left beside the target. A folder that one of them had set aside is put
 * back where nothing has taken its place.
 */
async function tidyUp(target: string, files: OwnFiles): Promise<void> {
  const left = (await readdir(dirname(target))).filter((name) => isAbandoned(name, hiddenPrefix(target)));
  for (const name of left) {
    const path = join(dirname(target), name);
    if (name.endsWith('.tmp')) {
      await rm(path, { recursive: true, force: true });
    } else if ((await lookAt(target, files)).what === 'nothing') {
      await rename(path, target).catch(ignoreRace); // another process may tidy up here, too
      await syncFolder(dirname(target));
    } else {
      await removeOwn(path, files);
    }
  }
}

function isAbandoned(name: string, prefix: string): boolean {
  const found = name.startsWith(prefix) ? /^(\d+)-[0-9a-f]{12}\.(?:tmp|old)$/.exec(name.slice(prefix.length)) : null;
  const pid = Number(found?.[1]);
  // A container's processes have the same ids again and again, so our own id may be that of a dead one.
  return found !== null && (pid === process.pid ? !inUse.has(name) : !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}

/** Somebody else was faster: renaming onto a folder with content fails. */
function rethrowTaken(target: string): (error: unknown) => never {
  return (error) => {
    throw isTaken(error) ? outputExists(target, 'another program has just written it') : error;
  };
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
}

/** It has gone already, or there is something in its place or in it. */
function ignoreRace(error: unknown): void {
  if (!isMissing(error) && !isTaken(error)) {
    throw error;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) {
    throw error;
  }
}
