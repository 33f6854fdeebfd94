/** The folder of a result, as a whole: its files, and whether a result may take its place. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Digest } from '../../core/digest.js';
import { isMissing } from '../files/system-error.js';
import { refused } from '../files/refused.js';
import { CONFIG_FILE, TENSORS_FILE } from './adapter-folder.js';
import { holdsForeignFiles, lookAt, outputExists, type OwnFiles } from './output-place.js';

/** The file that marks a folder as written by this program. */
export const PROVENANCE_FILE = 'ominus.json';
/** The file that tells people the same. */
export const README_FILE = 'README.md';

/** A run's report is in out/NAME, which may be the folder of an adapter, too. */
export const ADAPTER_FILES: OwnFiles = {
  marker: PROVENANCE_FILE,
  written: [TENSORS_FILE, CONFIG_FILE, README_FILE, PROVENANCE_FILE],
  kept: ['report.html'],
};

/**
 * Refuses what would keep a result from being written to a folder, as far as that is known before it is computed. A folder
 * that holds this very result need not be replaced, so whatever else is there may stay.
 *
 * @param key - of the node that makes the result; undefined when it is not known yet which one will
 * @returns names of what this program did not write, where that does not stand in the way, or not for certain
 * @throws OminusError `OUTPUT_EXISTS` when the folder holds what this program did not write; `OUTPUT_FORBIDDEN`,
 *   `SYSTEM_REFUSED` when it cannot be looked at
 */
export async function checkOutputFolder(folder: string, key: Digest | undefined): Promise<readonly string[]> {
  const target = resolve(folder);
  try {
    const found = await lookAt(target, ADAPTER_FILES);
    if (found.what === 'foreign') {
      throw outputExists(target, 'and ominus did not write it');
    }
    const foreign = found.what === 'ours' ? found.foreign : [];
    if (foreign.length > 0 && key !== undefined && (await keyOf(target)) !== key) {
      throw holdsForeignFiles(target, foreign);
    }
    return foreign;
  } catch (error) {
    throw refused(error, `cannot read the output folder [out=${target}]`);
  }
}

/** Key of the node that wrote a folder, as its ominus.json tells. */
async function keyOf(folder: string): Promise<unknown> {
  try {
    const provenance: unknown = JSON.parse(await readFile(join(folder, PROVENANCE_FILE), 'utf8'));
    return typeof provenance === 'object' && provenance !== null && 'key' in provenance ? provenance.key : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Changes with the adapter in a folder, without reading it; undefined where there is none, or it cannot be looked at. */
export async function markOf(folder: string): Promise<string | undefined> {
  try {
    const files = await Promise.all(
      [TENSORS_FILE, CONFIG_FILE].map((name) => stat(join(folder, name), { bigint: true })),
    );
    return files.map(({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs].join(' ')).join(', ');
  } catch {
    return undefined;
  }
}
