/** What an operator application did to one module. */
import type { Digest } from '../digest.js';
import { arithmetic } from '../numeric/arithmetic.js';
import { placeOf } from './leaf.js';
import type { RowsInput } from './operators/operator.js';
import type { ModuleRows } from './row-norms.js';
import type { Gram, ModuleDiagnostics } from './types.js';

/** Rows whose cosine is below −1 plus this count as opposite; cosines carry rounding of about 1e-15. */
const OPPOSITE_MARGIN = 1e-12;

/** Everything about one module of an application; coefficients are `[leaves, rows]`. */
export interface ModuleApplication extends RowsInput {
  readonly gram: Gram;
  readonly path: string;
  readonly leaves: readonly Digest[];
  readonly module: ModuleRows;
  readonly left: Float64Array;
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
  products,
  rightNorms,
  referenceNorms,
}: ModuleApplication): Pick<
  ModuleDiagnostics,
  'cosineMean' | 'cosineMin' | 'cosineMax' | 'normRatioMean' | 'zeroLeftRows' | 'zeroRightRows' | 'oppositeRows'
> {
  const rows = arithmetic().compareRows(products(), rightNorms(), referenceNorms(), OPPOSITE_MARGIN);
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
