/** How far apart two combinations are in weight space, exactly, without forming either. */
import { spreadModule, unionOfLeaves, unionOfModules } from './leaf.js';
import { ModuleRows } from './row-norms.js';
import type { Coefficients, Gram, WeightDifference } from './types.js';

/**
 * ‖Δ_a − Δ_b‖_F by module and in all: Σ_i (a − b)_iᵀ G_i (a − b)_i.
 *
 * @param gram - covers the leaves of both
 */
export function weightDifference(gram: Gram, a: Coefficients, b: Coefficients): WeightDifference {
  const leaves = unionOfLeaves(a, b);
  const byModule: WeightDifference['byModule'][number][] = [];
  let [difference, first] = [0, 0];
  for (const path of unionOfModules(a, b)) {
    const module = new ModuleRows(gram, path, leaves);
    const ofA = spreadModule(a, path, leaves, module.rows);
    const ofB = spreadModule(b, path, leaves, module.rows);
    const norm = module.frobenius(ofA.map((value, at) => value - (ofB[at] ?? 0)));
    const firstNorm = module.frobenius(ofA);
    difference += norm * norm;
    first += firstNorm * firstNorm;
    byModule.push({ module: path, norm, relative: firstNorm === 0 ? null : norm / firstNorm });
  }
  const norm = Math.sqrt(difference);
  return { norm, relative: first === 0 ? null : norm / Math.sqrt(first), byModule };
}

/** ‖Δ_c − Δ_reference‖_F / ‖Δ_reference‖_F; null when the reference is zero. */
export function differenceFrom(gram: Gram, reference: Coefficients, combination: Coefficients): number | null {
  return weightDifference(gram, reference, combination).relative;
}

/** Frobenius norm of a combination over all modules. */
export function normOf(gram: Gram, combination: Coefficients): number {
  let square = 0;
  for (const path of combination.modules.keys()) {
    const module = new ModuleRows(gram, path, combination.leaves);
    square += module.frobenius(spreadModule(combination, path, combination.leaves, module.rows)) ** 2;
  }
  return Math.sqrt(square);
}
