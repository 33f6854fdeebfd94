/** What is in the place where a result is to go, and which of it this program wrote. Only looks. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { OminusError } from '../../core/errors.js';
import { isMissing, systemErrorCode } from '../files/system-error.js';

/** Files that this program puts into a result's folder. */
export interface OwnFiles {
  /** A folder without this file was not written by ominus. */
  readonly marker: string;
  /** All files of a result, the marker too. */
  readonly written: readonly string[];
  /** Files that this program writes beside a result; they outlive it. */
  readonly kept: readonly string[];
}

/** What a place holds: nothing, or an empty folder; a folder of ours, with files in it that we did not write; something else. */
export type Found =
  | { readonly what: 'nothing' }
  | { readonly what: 'ours'; readonly foreign: readonly string[] }
  | { readonly what: 'foreign' };

/**
 * Looks at a place.
 *
 * @throws the system's error where reading is not allowed
 */
export async function lookAt(target: string, { marker, written, kept }: OwnFiles): Promise<Found> {
  try {
    const entries = await readdir(target, { withFileTypes: true });
    if (entries.length === 0) {
      return { what: 'nothing' };
    }
    if (!entries.some(({ name }) => name === marker)) {
      return { what: 'foreign' };
    }
    const own = new Set([...written, ...kept]);
    const foreign = entries.filter((entry) => entry.isDirectory() || !own.has(entry.name));
    return { what: 'ours', foreign: foreign.map(({ name }) => name).sort() };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') {
      await stat(target); // throws where a parent is no folder
      return { what: 'foreign' };
    }
    if (isMissing(error)) {
      return { what: 'nothing' };
    }
    throw error;
  }
}

/** The real path of a folder that need not exist yet. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) {
      throw error;
    }
    return join(await realPathOf(dirname(path)), basename(path));
  }
}

/** Whether two real paths are the same folder, or one is in the other. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => (path.endsWith(sep) ? path : `${path}${sep}`));
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a));
}

/** Most names of an error message. */
const MOST_NAMES = 5;

/** A folder that must not be replaced, since it holds files of others. */
export function holdsForeignFiles(target: string, foreign: readonly string[]): OminusError {
  const names = foreign.slice(0, MOST_NAMES).map((name) => JSON.stringify(name));
  const more = foreign.length > MOST_NAMES ? ` and ${String(foreign.length - MOST_NAMES)} more` : '';
  return outputExists(
    target,
    `with another result and with files that ominus did not write: ${names.join(', ')}${more}`,
    'Move these files, or choose another output folder: a folder is replaced as a whole.',
  );
}

/** Something is in the way. */
export function outputExists(
  target: string,
  why: string,
  hint = 'Choose another folder, or remove this one.',
): OminusError {
  return new OminusError('OUTPUT_EXISTS', {
    message: `the output folder exists already, ${why} [out=${target}]`,
    hint,
  });
}
