/**
 * `compress`: per module the nearest matrix of a smaller rank (Eckart and Young 1936), from the factors alone. With thin QRs of the
 * stacked factors, B' = Q_B R_B and A'ᵀ = Q_A R_A, the singular values of B'A' are those of the small core R_B R_Aᵀ. All in float64.
 */
import { OminusError } from '../../errors.js';
import { addScaled } from '../../numeric/dot.js';
import { jacobiSvd, type JacobiSvd } from '../../numeric/jacobi-svd.js';
import { thinQr, type ThinQr } from '../../numeric/thin-qr.js';
import type { FactorOperator, MadeFactors, OperandFactors } from './operator.js';

/** What may be left of a module: at most so many ranks, or as few as keep its relative error within a bound. */
export type CompressionTarget =
  | { readonly kind: 'rank'; readonly rank: number }
  /** ‖compressed − exact‖_F ≤ error·‖exact‖_F, in every module by itself. */
  | { readonly kind: 'error'; readonly error: number };

/** A module of smaller rank, each σ split evenly between both sides. */
export type CompressedModule = MadeFactors & Required<Pick<MadeFactors, 'approximation'>>;

/** Singular values below this share of ‖B'‖·‖A'‖, per rank of the stacked factors, are rounding errors. */
const EPSILON = 2 ** -52;

/** `compress(x, rank: 16)` and `compress(x, error: 0.01)`. */
export const compress: FactorOperator = {
  call: {
    operands: { least: 1, most: 1 },
    options: {
      rank: { kind: 'whole', least: 1, example: '16', wording: 'the largest rank of a module' },
      error: {
        kind: 'decimal',
        least: 0,
        below: 1,
        example: '0.01',
        wording: 'the largest relative Frobenius error of a module; its rank is the smallest that keeps it',
      },
    },
    exactlyOne: [['rank', 'error']],
    example: 'compress(x, rank: 16)',
  },
  wording: 'the nearest adapter to x of a smaller rank, module by module',
  version: 1,
  factors({ path, operands: [operand], options: { rank, error } }) {
    if (operand === undefined) {
      return undefined;
    }
    return compressModule(
      path,
      operand,
      rank === undefined ? { kind: 'error', error: Number(error) } : { kind: 'rank', rank: Number(rank) },
    );
  },
};

/**
 * Compresses a module. What has a smaller rank already, up to the rounding of float64, keeps that rank. A module that is zero has rank 1
 * with zeros, since PEFT loads no smaller one. Left vectors point to where their largest entry, the first of several, is positive.
 *
 * @param path - of the module, for messages
 * @throws OminusError `OVERFLOW` when a factor is beyond float32
 */
export function compressModule(path: string, operand: OperandFactors, target: CompressionTarget): CompressedModule {
  const left = columnsOfB(operand);
  const right = rowsOfA(operand);
  const bound = EPSILON * operand.rank * frobenius(left) * frobenius(right);
  const qrB = thinQr(left);
  const qrA = thinQr(right);
  const svd = jacobiSvd(coreColumns(qrB, qrA));
  const values = svd.values.filter((value) => value > bound);
  const tails = tailNorms(values);
  const norm = tails[0] ?? 0;
  const rank = target.kind === 'rank' ? Math.min(target.rank, values.length) : smallestRank(tails, target.error * norm);
  const factors = splitEvenly(operand, svd, { qrB, qrA, rank });
  if (!factors.a.every(Number.isFinite) || !factors.b.every(Number.isFinite)) {
    throw new OminusError('OVERFLOW', {
      message: `a factor of the compressed module is too large for float32 [module=${path}]`,
      hint: 'Use a smaller lambda.',
    });
  }
  return { ...factors, approximation: { norm, errorNorm: tails[rank] ?? 0 } };
}

function columnsOfB({ rank, b }: OperandFactors): readonly Float64Array[] {
  const rows = b.length / rank;
  return Array.from({ length: rank }, (_, k) => {
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      column[i] = b[i * rank + k] ?? 0;
    }
    return column;
  });
}

function rowsOfA({ rank, a }: OperandFactors): readonly Float64Array[] {
  const width = a.length / rank;
  return Array.from({ length: rank }, (_, k) => Float64Array.from(a.subarray(k * width, (k + 1) * width)));
}

/** Columns of R_B·R_Aᵀ, `[kA, kB]`: column j is Σ_l R_A[j, l]·(column l of R_B). */
function coreColumns(qrB: ThinQr, qrA: ThinQr): readonly Float64Array[] {
  const height = qrB.r[0]?.length ?? 0;
  const width = qrA.r[0]?.length ?? 0;
  return Array.from({ length: width }, (_, j) => {
    const column = new Float64Array(height);
    qrB.r.forEach((part, l) => {
      addScaled(column, qrA.r[l]?.[j] ?? 0, part);
    });
    return column;
  });
}

/** Frobenius norms of what is beyond the first 0, 1, … singular values, summed from the smallest. */
function tailNorms(values: readonly number[]): readonly number[] {
  const tails = [0];
  let square = 0;
  for (const value of values.toReversed()) {
    square += value * value;
    tails.push(Math.sqrt(square));
  }
  return tails.reverse();
}

function smallestRank(tails: readonly number[], allowed: number): number {
  return tails.findIndex((tail) => tail <= allowed);
}

interface Split {
  readonly qrB: ThinQr;
  readonly qrA: ThinQr;
  readonly rank: number;
}

/** B = Q_B·U·√Σ and A = √Σ·Vᵀ·Q_Aᵀ of the first singular values, as float32. */
function splitEvenly(operand: OperandFactors, svd: JacobiSvd, { qrB, qrA, rank: used }: Split): MadeFactors {
  const rank = Math.max(used, 1);
  const rows = operand.b.length / operand.rank;
  const width = operand.a.length / operand.rank;
  const a = new Float32Array(rank * width);
  const b = new Float32Array(rows * rank);
  for (let k = 0; k < used; k++) {
    const root = Math.sqrt(svd.values[k] ?? 0);
    const column = qrB.apply(svd.left[k] ?? new Float64Array(0));
    const line = qrA.apply(svd.right[k] ?? new Float64Array(0));
    const sign = signOf(column);
    for (let i = 0; i < rows; i++) {
      b[i * rank + k] = (sign * (column[i] ?? 0)) / root;
    }
    for (let i = 0; i < width; i++) {
      a[k * width + i] = sign * (line[i] ?? 0) * root;
    }
  }
  return { rank, a, b };
}

/** ±1, so that the entry of largest magnitude becomes positive. */
function signOf(vector: Float64Array): number {
  let largest = 0;
  for (const value of vector) {
    largest = Math.abs(value) > Math.abs(largest) ? value : largest;
  }
  return largest < 0 ? -1 : 1;
}

function frobenius(columns: readonly Float64Array[]): number {
  let square = 0;
  for (const column of columns) {
    for (const value of column) {
      square += value * value;
    }
  }
  return Math.sqrt(square);
}
