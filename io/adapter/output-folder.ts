/** A folder that appears as a whole or not at all: written beside its place, then renamed. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { makeFolder, syncFolder } from '../files/atomic-write.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';

/** A folder that is being written. Either `publish` or `discard` it. */
export interface OutputFolder {
  /** Where to write the files. */
  readonly temporary: string;
  /** @returns `identical` when the place already had exactly these files */
  publish(): Promise<'written' | 'identical'>;
  discard(): Promise<void>;
}

/** What may be replaced. */
export interface OutputOptions {
  /** Replace an existing folder that has this file (one that this program wrote). */
  readonly replace: boolean;
  readonly marker: string;
  /** Folders that must not be touched. */
  readonly inputs: readonly string[];
}

/**
 * Begins a folder.
 *
 * @throws OminusError `OUTPUT_FORBIDDEN` when it is, contains or lies in an input; `OUTPUT_EXISTS` when something else is there
 */
export async function beginOutput(folder: string, options: OutputOptions): Promise<OutputFolder> {
  const target = resolve(folder);
  await checkInputs(target, options.inputs);
  if ((await inspect(target, options.marker)) === 'foreign') {
    throw outputExists(target, 'and ominus did not write it');
  }
  await makeFolder(dirname(target));
  await sweep(target);
  const temporary = temporaryPath(target, process.pid);
  await mkdir(temporary);
  return {
    temporary,
    publish: () => publish(temporary, target, options),
    discard: () => rm(temporary, { recursive: true, force: true }),
  };
}

async function publish(temporary: string, target: string, options: OutputOptions): Promise<'written' | 'identical'> {
  await syncFolder(temporary);
  const found = await inspect(target, options.marker);
  if (found === 'ours') {
    if (await haveSameFiles(temporary, target)) {
      await rm(temporary, { recursive: true, force: true });
      return 'identical';
    }
    if (!options.replace) {
      throw outputExists(
        target,
        'with another content',
        'Choose another folder, or have this one replaced (--replace).',
      );
    }
    const aside = temporaryPath(target, process.pid);
    await rename(target, aside);
    await rename(temporary, target);
    await rm(aside, { recursive: true, force: true });
  } else {
    try {
      await rename(temporary, target);
    } catch (error) {
      // Somebody else was faster; renaming onto a folder with content fails.
      throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')
        ? outputExists(target, 'since a moment ago')
        : error;
    }
  }
  await syncFolder(dirname(target));
  return 'written';
}

async function inspect(target: string, marker: string): Promise<'absent' | 'ours' | 'foreign'> {
  try {
    const names = await readdir(target);
    return names.length === 0 ? 'absent' : names.includes(marker) ? 'ours' : 'foreign';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') {
      await stat(target); // throws where a parent is no folder
      return 'foreign';
    }
    if (isMissing(error)) {
      return 'absent';
    }
    throw error;
  }
}

async function haveSameFiles(one: string, other: string): Promise<boolean> {
  const [names, others] = await Promise.all([readdir(one), readdir(other)]);
  if (names.toSorted().join('\n') !== others.toSorted().join('\n')) {
    return false;
  }
  for (const name of names) {
    const [a, b] = [join(one, name), join(other, name)];
    if ((await stat(a)).size !== (await stat(b)).size || !(await readFile(a)).equals(await readFile(b))) {
      return false;
    }
  }
  return true;
}

async function checkInputs(target: string, inputs: readonly string[]): Promise<void> {
  const place = await realPathOf(target);
  for (const input of inputs) {
    const real = await realPathOf(resolve(input));
    if (`${place}${sep}`.startsWith(`${real}${sep}`) || `${real}${sep}`.startsWith(`${place}${sep}`)) {
      throw new OminusError('OUTPUT_FORBIDDEN', {
        message: `the output would change an input [out=${target}, input=${input}]`,
        hint: 'Choose another output folder.',
      });
    }
  }
}

/** The real path of a folder that need not exist yet. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) {
      throw error;
    }
    return join(await realPathOf(dirname(path)), basename(path));
  }
}

/** Temporary folders name machine and process, so that those of dead processes can be told apart and removed. */
function temporaryPath(target: string, pid: number): string {
  const machine = hostname().replace(/[^A-Za-z0-9]/g, '');
  return join(dirname(target), `.${basename(target)}.${machine}-${String(pid)}-${randomBytes(6).toString('hex')}.tmp`);
}

/** Removes what killed processes of this machine left beside the target. */
async function sweep(target: string): Promise<void> {
  const prefix = basename(temporaryPath(target, 0)).replace(/0-[0-9a-f]+\.tmp$/, '');
  for (const name of await readdir(dirname(target))) {
    const pid = name.startsWith(prefix) ? /^(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}

function outputExists(target: string, why: string, hint = 'Choose another folder, or remove this one.'): OminusError {
  return new OminusError('OUTPUT_EXISTS', {
    message: `the output folder exists already, ${why} [out=${target}]`,
    hint,
  });
}
