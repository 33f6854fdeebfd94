/** Factors of several adapters, module by module: the next module is read while the caller computes with one. */
import type { LoraFactors } from '../../core/algebra/factors.js';
import type { AdapterFolder } from './adapter-folder.js';

/** One module's factors by adapter; undefined for an adapter that lacks the module. */
export interface ModuleFactors {
  readonly path: string;
  /** Valid until the next module is asked for: their arrays are used again. */
  readonly leaves: readonly (LoraFactors | undefined)[];
}

/**
 * Reads modules in order; factors of two modules are in memory at a time.
 *
 * @throws OminusError as {@link AdapterFolder.readFactors}, when its module's turn has come
 */
export async function* readModules(
  adapters: readonly AdapterFolder[],
  paths: readonly string[],
): AsyncGenerator<ModuleFactors, void, undefined> {
  const read = (place: number, reuse: ModuleFactors['leaves']): Promise<ModuleFactors['leaves']> | undefined => {
    const path = paths[place];
    return path === undefined
      ? undefined
      : Promise.all(adapters.map((adapter, leaf) => adapter.readFactors(path, reuse[leaf])));
  };
  let spare: ModuleFactors['leaves'] = [];
  let reading = read(0, spare);
  for (const [place, path] of paths.entries()) {
    const leaves = (await reading) ?? [];
    reading = read(place + 1, spare);
    reading?.catch(() => undefined); // thrown when it is awaited
    yield { path, leaves };
    spare = leaves;
  }
}
