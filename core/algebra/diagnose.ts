/** What an operator application did to one module. */
import type { Digest } from '../digest.js';
import { placeOf } from './leaf.js';
import type { ModuleRows } from './row-norms.js';
import type { Gram, ModuleDiagnostics } from './types.js';

/** Rows whose cosine is below −1 plus this count as opposite; cosines carry rounding of about 1e-15. */
const OPPOSITE_MARGIN = 1e-12;

/** Everything about one module of an application; coefficients are `[leaves, rows]`, norms `[rows]`. */
export interface ModuleApplication {
  readonly gram: Gram;
  readonly path: string;
  readonly leaves: readonly Digest[];
  readonly module: ModuleRows;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly reference: Float64Array;
  readonly rightNorms: Float64Array;
  readonly referenceNorms: Float64Array;
  /** ±λ·edit. */
  readonly edit: Float64Array;
  readonly result: Float64Array;
  readonly missingIn: ModuleDiagnostics['missingIn'];
}

/** Diagnoses one module of an application. */
export function diagnoseModule(application: ModuleApplication): ModuleDiagnostics {
  const { gram, path, leaves, module, left, right, edit, result, missingIn } = application;
  const leafModules = gram.leafModules.get(path) ?? [];
  return {
    module: path,
    rows: module.rows,
    rank: leaves.reduce((rank, leaf) => rank + (leafModules[placeOf(gram, leaf)]?.rank ?? 0), 0),
    leftNorm: module.frobenius(left),
    rightNorm: module.frobenius(right),
    editNorm: module.frobenius(edit),
    resultNorm: module.frobenius(result),
    ...compareRows(application),
    missingIn,
  };
}

function compareRows({
  module,
  right,
  reference,
  rightNorms,
  referenceNorms,
}: ModuleApplication): Pick<
  ModuleDiagnostics,
  'cosineMean' | 'cosineMin' | 'cosineMax' | 'normRatioMean' | 'zeroLeftRows' | 'zeroRightRows' | 'oppositeRows'
> {
  const products = module.products(reference, right);
  let [compared, cosineSum, cosineMin, cosineMax, ratioSum] = [0, 0, 1, -1, 0];
  let [zeroLeftRows, zeroRightRows, oppositeRows] = [0, 0, 0];
  for (let i = 0; i < products.length; i++) {
    const rightNorm = rightNorms[i] ?? 0;
    const referenceNorm = referenceNorms[i] ?? 0;
    zeroRightRows += rightNorm === 0 ? 1 : 0;
    zeroLeftRows += referenceNorm === 0 ? 1 : 0;
    if (rightNorm > 0 && referenceNorm > 0) {
      const cosine = Math.max(-1, Math.min(1, (products[i] ?? 0) / (rightNorm * referenceNorm)));
      oppositeRows += 1 + cosine <= OPPOSITE_MARGIN ? 1 : 0;
      compared++;
      cosineSum += cosine;
      cosineMin = Math.min(cosineMin, cosine);
      cosineMax = Math.max(cosineMax, cosine);
      ratioSum += rightNorm / referenceNorm;
    }
  }
  const mean = (sum: number): number | null => (compared === 0 ? null : sum / compared);
  return {
    cosineMean: mean(cosineSum),
    cosineMin: compared === 0 ? null : cosineMin,
    cosineMax: compared === 0 ? null : cosineMax,
    normRatioMean: mean(ratioSum),
    zeroLeftRows,
    zeroRightRows,
    oppositeRows,
  };
}
