/** What is in the folders that `ominus init` is given: adapters, and the base model that they name. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isName, MAX_NAME_LENGTH, normaliseName, RESERVED_NAMES } from '../../core/expression/names.js';
import { OminusError } from '../../core/errors.js';
import { CONFIG_FILE } from '../../io/adapter/adapter-folder.js';

/** An adapter folder, with a name for the spec. */
export interface FoundAdapter {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** As its config has it. */
  readonly baseName: string | undefined;
  /** `LORA`, `IA3`: adapters of one kind can be combined. */
  readonly peftType: string;
}

/** What was found. */
export interface Found {
  readonly adapters: readonly FoundAdapter[];
  /** Absolute folders of whole models. */
  readonly models: readonly string[];
}

/** Subfolders of a folder that are looked into. */
const MOST_SUBFOLDERS = 200;
/** A base that a config names by a relative path is looked for in so many folders above the adapter. */
const LEVELS_UP = 3;
const MODEL_CONFIG = 'config.json';

/**
 * Looks at folders, and one level into those that are neither an adapter nor a model.
 *
 * @param named - adapters whose name was given, which come first
 * @throws OminusError `FILE_NOT_FOUND` for a folder that is missing or has no adapter
 */
export async function findAdapters(
  folders: readonly string[],
  named: ReadonlyMap<string, string> = new Map(),
): Promise<Found> {
  const adapters: { readonly name: string | undefined; readonly folder: string }[] = [];
  const models: string[] = [];
  for (const [name, folder] of named) {
    if (!(await isFile(join(folder, CONFIG_FILE)))) {
      throw noAdapter(folder);
    }
    adapters.push({ name, folder: resolve(folder) });
  }
  for (const asked of folders) {
    const before = adapters.length + models.length;
    for (const folder of [asked, ...(await subfolders(asked))]) {
      if (await isFile(join(folder, CONFIG_FILE))) {
        adapters.push({ name: undefined, folder: resolve(folder) });
      } else if (await isFile(join(folder, MODEL_CONFIG))) {
        models.push(resolve(folder));
      }
      if (folder === asked && adapters.length + models.length > before) {
        break; // what is below an adapter or a model is part of it
      }
    }
    if (adapters.length + models.length === before) {
      throw noAdapter(asked);
    }
  }
  const taken = new Set<string>();
  const found: FoundAdapter[] = [];
  for (const { name, folder } of adapters) {
    if (!found.some((other) => other.folder === folder)) {
      found.push({ name: freeName(name ?? nameOf(folder), taken), folder, ...(await configOf(folder)) });
    }
  }
  return { adapters: found, models };
}

/** The base model on this machine that all adapters name, if it is one and the same. */
export async function sharedBase(adapters: readonly FoundAdapter[]): Promise<string | undefined> {
  const bases = new Set<string | undefined>();
  for (const { folder, baseName } of adapters) {
    bases.add(baseName === undefined ? undefined : await localBase(folder, baseName));
  }
  const [only] = bases;
  return bases.size === 1 ? only : undefined;
}

async function localBase(adapter: string, name: string): Promise<string | undefined> {
  const above = Array.from({ length: LEVELS_UP + 1 }, (_, level) => join(adapter, ...Array<string>(level).fill('..')));
  const places = isAbsolute(name) ? [name] : [resolve(name), ...above.map((folder) => resolve(folder, name))];
  for (const place of places) {
    if (await isFile(join(place, MODEL_CONFIG))) {
      return place;
    }
  }
  return undefined;
}

async function configOf(folder: string): Promise<Pick<FoundAdapter, 'baseName' | 'peftType'>> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, CONFIG_FILE), 'utf8'));
    const fields = (typeof config === 'object' && config !== null ? config : {}) as Readonly<Record<string, unknown>>;
    const { base_model_name_or_path: base, peft_type: type } = fields;
    return {
      baseName: typeof base === 'string' && base !== '' ? base : undefined,
      peftType: typeof type === 'string' ? type : 'LORA',
    };
  } catch {
    return { baseName: undefined, peftType: 'LORA' }; // planning says what is wrong with the config
  }
}

/** The folder's own name as a name of a spec: what a name may not have becomes `-`. */
function nameOf(folder: string): string {
  const own = basename(folder).replaceAll(/^adapter[_-](?=\p{L})/gu, '');
  const letters = own.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{Nd}_.⁺⁻+-]+/gu, '-');
  const inner = letters
    .replaceAll(/[⁺⁻+](?!$)/gu, '-')
    .replace(/^[^\p{L}]+/u, '')
    .replace(/-+(?=[⁻⁺+-]$)/u, '');
  const name = normaliseName(inner.slice(0, MAX_NAME_LENGTH - 4));
  return isName(name) && !RESERVED_NAMES.includes(name) ? name : `adapter-${inner}`.replace(/-$/, '');
}

/** With a number where the name is taken; before a final ⁻ or ⁺, which has a meaning. */
function freeName(name: string, taken: Set<string>): string {
  const [, stem = name, sign = ''] = /^(.*?)([⁺⁻]?)$/u.exec(name) ?? [];
  let free = name;
  for (let number = 2; taken.has(free); number++) {
    free = `${stem}-${String(number)}${sign}`;
  }
  taken.add(free);
  return free;
}

async function subfolders(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
    return names
      .toSorted()
      .slice(0, MOST_SUBFOLDERS)
      .map((name) => join(folder, name));
  } catch {
    return []; // a file, or not there: no adapter is found, which is said
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function noAdapter(folder: string): OminusError {
  return new OminusError('FILE_NOT_FOUND', {
    message: `no adapter here, nor one level below [path=${folder}]: a folder of PEFT has ${CONFIG_FILE}`,
    hint: `Name adapter folders, or the folder that they are in; one up from here is ${dirname(resolve(folder))}.`,
  });
}
