/** Factors of several adapters, module by module: the next module is read while the caller computes with one. */
import type { LoraFactors } from '../../core/algebra/factors.js';
import { allOrNone } from '../all-or-none.js';
import type { AdapterFolder } from './adapter-folder.js';

/** One module's factors by adapter; undefined for an adapter that lacks the module. */
export interface ModuleFactors {
  readonly path: string;
  /** Valid until the next module is asked for, or `kept` more: their arrays are used again. */
  readonly leaves: readonly (LoraFactors | undefined)[];
}

/**
 * Reads modules in order; factors of two modules, and those that are kept, are in memory at a time. Paths are asked for when their reading begins.
 *
 * @param kept - how many modules before the current one stay valid
 * @throws OminusError as {@link AdapterFolder.readFactors}, when its module's turn has come
 */
export async function* readModules(
  adapters: readonly AdapterFolder[],
  paths: Iterable<string>,
  kept = 0,
): AsyncGenerator<ModuleFactors, void, undefined> {
  const next = paths[Symbol.iterator]();
  const read = (reuse: ModuleFactors['leaves']): Promise<ModuleFactors> | undefined => {
    const step = next.next();
    if (step.done === true) {
      return undefined;
    }
    const path = step.value;
    const reading = allOrNone(...adapters.map((adapter, leaf) => adapter.readFactors(path, reuse[leaf])));
    return reading.then((leaves) => ({ path, leaves }));
  };
  const used: ModuleFactors['leaves'][] = [];
  let reading = read([]);
  try {
    while (reading !== undefined) {
      const module: ModuleFactors = await reading;
      reading = read((used.length > kept ? used.shift() : undefined) ?? []);
      reading?.catch(() => undefined); // thrown when it is awaited
      yield module;
      used.push(module.leaves);
    }
  } finally {
    // Whoever stops early may close the files.
    await reading?.catch(() => undefined);
  }
}
