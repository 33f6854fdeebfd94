/** What an operator application did to one module. */
import type { Digest } from '../digest.js';
import { arithmetic } from '../numeric/arithmetic.js';
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
  const rows = arithmetic().compareRows(products, rightNorms, referenceNorms, OPPOSITE_MARGIN);
  const { compared } = rows;
  return {
    cosineMean: compared === 0 ? null : rows.cosineSum / compared,
    cosineMin: compared === 0 ? null : rows.cosineMin,
    cosineMax: compared === 0 ? null : rows.cosineMax,
    normRatioMean: compared === 0 ? null : rows.ratioSum / compared,
    zeroLeftRows: rows.zeroReferenceNorms,
    zeroRightRows: rows.zeroNorms,
    oppositeRows: rows.opposite,
  };
}
