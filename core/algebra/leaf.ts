/** Leaf adapters of combinations: single leaves, the zero adapter, and combinations brought to common leaves. */
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import { pairCount } from './gram.js';
import type { Coefficients, Gram } from './types.js';

const ZERO: Coefficients = { leaves: [], modules: new Map() };

/** The zero adapter: the base model itself. */
export function zeroCoefficients(): Coefficients {
  return ZERO;
}

/** What of a leaf's modules its coefficients follow from. */
export interface LeafShape {
  readonly modules: ReadonlyMap<string, { readonly path: string; readonly outFeatures: number }>;
}

/** A leaf as peft would apply it: coefficient 1 in every module that it has. */
export function leafCoefficients(leaf: Digest, { modules }: LeafShape): Coefficients {
  const ones = [...modules.values()].map(
    ({ path, outFeatures }) => [path, new Float64Array(outFeatures).fill(1)] as const,
  );
  return { leaves: [leaf], modules: new Map(ones) };
}

/** Rows of every module of a Gram. */
export function rowsOf(gram: Gram, path: string): number {
  return (gram.modules.get(path)?.length ?? 0) / pairCount(gram.leaves.length);
}

/**
 * A leaf as an operand of an application: coefficient 1 in every module that it has, or its operand factor under
 * `semantics: reference`.
 *
 * @throws OminusError `INTERNAL` when the Gram does not cover the leaf
 */
export function leafOperand(gram: Gram, leaf: Digest): Coefficients {
  const place = placeOf(gram, leaf);
  const modules = new Map<string, Float64Array>();
  for (const [path, leafModules] of gram.leafModules) {
    const leafModule = leafModules[place];
    if (leafModule !== undefined && leafModule.rank > 0) {
      modules.set(path, new Float64Array(rowsOf(gram, path)).fill(leafModule.operandFactor));
    }
  }
  return { leaves: [leaf], modules };
}

/** Place of a leaf in a Gram. */
export function placeOf(gram: Gram, leaf: Digest): number {
  const place = gram.leaves.indexOf(leaf);
  if (place === -1) {
    throw new OminusError('INTERNAL', { message: `the Gram matrices do not cover a leaf [leaf=${leaf}]` });
  }
  return place;
}

/** Distinct leaves in the order of their first occurrence. */
export function unionOfLeaves(...combinations: readonly (Coefficients | undefined)[]): readonly Digest[] {
  return [...new Set(combinations.flatMap((combination) => combination?.leaves ?? []))];
}

/** Modules that any of the combinations has, in code-unit order. */
export function unionOfModules(...combinations: readonly (Coefficients | undefined)[]): readonly string[] {
  return [...new Set(combinations.flatMap((combination) => [...(combination?.modules.keys() ?? [])]))].sort();
}

/**
 * One module's coefficients over the given leaves.
 *
 * @param leaves - must contain those of the combination
 * @returns `[leaves, rows]`, freshly allocated; zeros for other leaves and where the combination lacks the module
 */
export function spreadModule(
  combination: Coefficients,
  path: string,
  leaves: readonly Digest[],
  rows: number,
): Float64Array {
  const spread = new Float64Array(leaves.length * rows);
  const values = combination.modules.get(path);
  if (values !== undefined) {
    for (const [j, leaf] of combination.leaves.entries()) {
      spread.set(values.subarray(j * rows, (j + 1) * rows), leaves.indexOf(leaf) * rows);
    }
  }
  return spread;
}
