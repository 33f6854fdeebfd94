/** How p-values of a family of pairs are corrected for their number. */
import { ALPHA, MAX_T_VERSION } from '../statistics/max-t.js';

/** `max-t`: sign flips and step-down maxT; `holm`: exact McNemar or the bootstrap's p-value, and Holm's method. */
export const CORRECTIONS = ['max-t', 'holm'] as const;

/** One of them. */
export type CorrectionMethod = (typeof CORRECTIONS)[number];

/** What specs mean that name none. */
export const DEFAULT_CORRECTION: CorrectionMethod = 'max-t';

/** A correction as nodes and keys have it. */
export interface Correction {
  readonly method: CorrectionMethod;
  readonly version: number;
  /** Random signs, or resamples. */
  readonly draws: number;
}

const VERSIONS: { readonly [M in CorrectionMethod]: number } = { 'max-t': MAX_T_VERSION, holm: 1 };

/** Draws at most, as a spec may have. */
const MOST_DRAWS = 1_000_000;
/** The bootstrap's smallest p-value times the size of the family is at most this share of {@link ALPHA}. */
const FLOOR_SHARE = 20;

/**
 * The correction of a family of so many pairs. Under Holm's method no adjusted p-value can be below pairs · 2 / (draws + 1), so there are at
 * least 20 · 2 · pairs / α draws, up to a million.
 *
 * @param draws - as the spec has them
 */
export function correctionOf(method: CorrectionMethod, draws: number, pairs: number): Correction {
  const least = method === 'holm' ? Math.min(MOST_DRAWS, Math.ceil((FLOOR_SHARE * 2 * pairs) / ALPHA)) : 0;
  return { method, version: VERSIONS[method], draws: Math.max(draws, least) };
}
