/** Controls at the same distance from the expert as the ext arms: by which factor their λs are scaled. */
import { differenceFrom } from '../algebra/difference.js';
import { evaluateFormula } from '../algebra/evaluate.js';
import { pairPlace } from '../algebra/gram.js';
import { leafOperand, placeOf, rowsOf } from '../algebra/leaf.js';
import type { Gram } from '../algebra/types.js';
import type { Digest } from '../digest.js';
import { parseDecimal } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import { armFormula } from './arms.js';
import type { StudyOperator } from './types.js';

/** Digits that a scaled λ keeps. */
const SIGNIFICANT_DIGITS = 12;

/** A control: an operator in one order, with the λs that are to be scaled. */
export interface ControlArm {
  /** Covers all leaves. */
  readonly gram: Gram;
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  readonly operator: StudyOperator;
  /** Places in `remove`. */
  readonly order: readonly number[];
  /** By place in `remove`. */
  readonly lambdas: readonly Decimal[];
}

/**
 * The λs times the one factor at which the control's distance from the expert, ‖Δ − Δ_expert‖_F / ‖Δ_expert‖_F, is the target. The
 * distance of `direct` and `order-free` is proportional to the factor; that of `extrapolate` is searched by bisection.
 *
 * @returns exact decimals of at most 12 significant digits; undefined when no factor leads there (nothing is removed at all)
 */
export function matchDistance(arm: ControlArm, target: number): readonly Decimal[] | undefined {
  const factor = target === 0 ? 0 : factorFor(arm, target);
  if (factor === undefined || !Number.isFinite(factor)) {
    return undefined;
  }
  const scaled = arm.lambdas.flatMap(
    (lambda) => parseDecimal((Number(lambda) * factor).toPrecision(SIGNIFICANT_DIGITS)) ?? [],
  );
  return scaled.length === arm.lambdas.length ? scaled : undefined;
}

function factorFor(arm: ControlArm, target: number): number | undefined {
  if (arm.operator === 'extrapolate') {
    return bisect(extrapolatedDistance(arm), target);
  }
  const once = evaluatedDistance(arm);
  return once === 0 ? undefined : target / once;
}

/** Distance at the λs as they are, by evaluating the formula. */
function evaluatedDistance({ gram, expert, remove, operator, order, lambdas }: ControlArm): number {
  const names = remove.map((_, place) => String(place));
  const formula = armFormula(operator, { expert: 'expert', remove: names }, order, lambdas);
  const leafOf = (name: string): Digest => remove[Number(name)] ?? expert;
  const { coefficients } = evaluateFormula(formula, gram, leafOf);
  return differenceFrom(gram, leafOperand(gram, expert), coefficients) ?? 0;
}

/**
 * Distance of `extrapolate` by factor. Its coefficients are the same in all rows of a module (but for modules that an adapter lacks),
 * so the rows' Gram matrices are summed up once.
 */
function extrapolatedDistance({ gram, expert, remove, order, lambdas }: ControlArm): (factor: number) => number {
  const leaves = [expert, ...remove];
  const modules = [...gram.leafModules].map(([path, leafModules]) => ({
    operands: leaves.map((leaf) => {
      const module = leafModules[placeOf(gram, leaf)];
      return module === undefined || module.rank === 0 ? 0 : module.operandFactor;
    }),
    products: summedProducts(gram, path, leaves),
  }));
  const square = (coefficients: readonly number[], products: readonly (readonly number[])[]): number =>
    coefficients.reduce(
      (sum, x, j) => sum + coefficients.reduce((part, y, l) => part + x * y * (products[j]?.[l] ?? 0), 0),
      0,
    );
  const own = modules.reduce((sum, { operands, products }) => {
    const alone = operands.map((operand, at) => (at === 0 ? operand : 0));
    return sum + square(alone, products);
  }, 0);
  return (factor) => {
    const moved = modules.reduce((sum, { operands, products }) => {
      // c − c_expert: what is left of the expert beside itself, and the anti-experts.
      const coefficients = operands.map(() => 0);
      for (const place of order) {
        const half = (Number(lambdas[place] ?? 0) * factor) / 2;
        const base = operands[0] ?? 0;
        coefficients[0] = (coefficients[0] ?? 0) + half * ((coefficients[0] ?? 0) + base);
        for (let at = 1; at < coefficients.length; at++) {
          coefficients[at] = (1 + half) * (coefficients[at] ?? 0);
        }
        coefficients[place + 1] = (coefficients[place + 1] ?? 0) - half * (operands[place + 1] ?? 0);
      }
      return sum + square(coefficients, products);
    }, 0);
    return Math.sqrt(Math.max(0, moved) / own);
  };
}

/** Σ_i G_i of the wanted leaves. */
function summedProducts(gram: Gram, path: string, leaves: readonly Digest[]): readonly (readonly number[])[] {
  const rows = rowsOf(gram, path);
  const values = gram.modules.get(path) ?? new Float64Array();
  const places = leaves.map((leaf) => placeOf(gram, leaf));
  return places.map((j) =>
    places.map((l) => {
      const start = pairPlace(j, l, gram.leaves.length) * rows;
      return values.subarray(start, start + rows).reduce((sum, value) => sum + value, 0);
    }),
  );
}

/** Where a function that is 0 at 0 and grows without bound reaches a target, to the last bit. */
function bisect(distance: (factor: number) => number, target: number): number | undefined {
  let high = 1;
  for (let doublings = 0; distance(high) < target; doublings++) {
    high *= 2;
    if (doublings > 60) {
      return undefined;
    }
  }
  let low = 0;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) {
      return high;
    }
    if (distance(middle) < target) {
      low = middle;
    } else {
      high = middle;
    }
  }
}
