/** Gram matrices of adapter folders, module by module: one module's factors are in memory at a time. */
import { setImmediate } from 'node:timers/promises';
import { checkShapes } from '../../core/adapter/combinable.js';
import type { AdapterDescription } from '../../core/adapter/types.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import { moduleGram, type ModuleGram } from '../../core/algebra/gram.js';
import type { Gram, LeafModule, Semantics } from '../../core/algebra/types.js';
import { OminusError } from '../../core/errors.js';
import type { AdapterFolder } from './adapter-folder.js';
import { readModules } from './read-modules.js';

/** How Gram matrices are computed. */
export interface GramOptions {
  /** `scaled` (default): each adapter with its own scaling, as peft applies it. `reference`: as operands all take the first's. */
  readonly semantics?: Semantics;
  /** What computes one module; default: {@link moduleGram} of core/algebra. */
  readonly moduleGram?: (leaves: readonly (LoraFactors | undefined)[]) => ModuleGram | Promise<ModuleGram>;
  readonly signal?: AbortSignal;
  /** Called after every module. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Computes the Gram matrices of distinct adapters, in float64.
 *
 * @param adapters - the leaves, in order; with `semantics: reference`, the leftmost adapter of the expressions first
 * @throws OminusError `ADAPTER_MISMATCH` when shapes differ, and whatever reading throws
 */
export async function computeGram(adapters: readonly AdapterFolder[], options: GramOptions = {}): Promise<Gram> {
  const { semantics = 'scaled', signal, onProgress, moduleGram: gramOf = moduleGram } = options;
  checkShapes(adapters.map(({ folder, description }) => ({ name: folder, description })));
  const descriptions = adapters.map(({ description }) => description);
  const paths = modulePaths(descriptions);
  const modules = new Map<string, Float64Array>();
  const leafModules = new Map<string, readonly LeafModule[]>();
  for await (const { path, leaves } of readModules(adapters, paths)) {
    signal?.throwIfAborted();
    modules.set(path, (await gramOf(leaves)).values);
    leafModules.set(path, describeLeaves(descriptions, path, semantics));
    onProgress?.(modules.size, paths.length);
    await setImmediate(); // heartbeats of activities come through between modules
  }
  return { leaves: await Promise.all(adapters.map((adapter) => adapter.digest())), modules, leafModules };
}

/** Module paths of any of the adapters, in code-unit order. */
export function modulePaths(descriptions: readonly AdapterDescription[]): readonly string[] {
  return [...new Set(descriptions.flatMap(({ modules }) => [...modules.keys()]))].sort();
}

/**
 * What the algebra must know of every leaf in one module.
 *
 * With `reference`, an operand counts as if its factors had the first adapter's scaling, as the published code has it: it
 * multiplies unscaled B·A of both and keeps the first adapter's alpha / rank.
 */
export function describeLeaves(
  descriptions: readonly AdapterDescription[],
  path: string,
  semantics: Semantics,
): readonly LeafModule[] {
  const [first] = descriptions;
  const scaling = first?.modules.get(path)?.scaling ?? first?.defaultScaling ?? 1;
  return descriptions.map(({ modules }) => {
    const module = modules.get(path);
    if (semantics === 'reference' && module?.scaling === 0) {
      throw new OminusError('ADAPTER_UNSUPPORTED', {
        message: `cannot use the leftmost adapter's scaling, since an adapter's own scaling is 0 [module=${path}]`,
        hint: 'Use semantics: scaled.',
      });
    }
    const isScaled = semantics === 'scaled' || module === undefined || module.scaling === scaling;
    return { rank: module?.rank ?? 0, operandFactor: isScaled ? 1 : scaling / module.scaling };
  });
}
