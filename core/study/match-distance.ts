/** Controls at the same distance from the expert as the ext arms: by which factor their λs are scaled. */
import { differenceFrom } from '../algebra/difference.js';
import { formulaCoefficients } from '../algebra/evaluate.js';
import { pairPlace } from '../algebra/gram.js';
import { leafOperand, placeOf, rowsOf } from '../algebra/leaf.js';
import { REMOVALS } from '../algebra/operators/registry.js';
import type { Gram } from '../algebra/types.js';
import type { Digest } from '../digest.js';
import { parseDecimal } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import { armFormula } from './arms.js';
import type { StudyOperator } from './types.js';

/** Digits that a scaled λ keeps. */
const SIGNIFICANT_DIGITS = 12;

/** What controls are made of. */
export interface MatchedStudy {
  /** Covers all leaves. */
  readonly gram: Gram;
  readonly expert: Digest;
  readonly remove: readonly Digest[];
}

/** A control: an operator in one order, with the λs that are to be scaled. */
export interface ControlArm {
  readonly operator: StudyOperator;
  /** Places in `remove`. */
  readonly order: readonly number[];
  /** By place in `remove`. */
  readonly lambdas: readonly Decimal[];
}

/** One module in sums over its rows. */
interface SummedModule {
  /** What a row of each leaf counts for as an operand; 0 where the leaf lacks the module. The expert first. */
  readonly operands: readonly number[];
  /** Σ_i G_i, `[leaves][leaves]`. */
  readonly products: readonly (readonly number[])[];
}

/** Finds the λs of controls at a given distance; sums the Gram matrices up once. */
export class DistanceMatcher {
  readonly #study: MatchedStudy;
  readonly #modules: readonly SummedModule[];

  constructor(study: MatchedStudy) {
    this.#study = study;
    this.#modules = sumModules(study);
  }

  /**
   * The λs times the one factor at which the control's distance from the expert, ‖Δ − Δ_expert‖_F / ‖Δ_expert‖_F, is the target. The
   * distance of a sum of terms whose order does not matter is proportional to the factor; any other is searched by bisection.
   *
   * @returns exact decimals of at most 12 significant digits; undefined when no factor leads there (nothing is removed at all)
   */
  lambdasAt(target: number, arm: ControlArm): readonly Decimal[] | undefined {
    const factor = target === 0 ? 0 : this.#factorFor(target, arm);
    if (factor === undefined || !Number.isFinite(factor)) {
      return undefined;
    }
    const scaled = arm.lambdas.flatMap(
      (lambda) => parseDecimal((Number(lambda) * factor).toPrecision(SIGNIFICANT_DIGITS)) ?? [],
    );
    return scaled.length === arm.lambdas.length ? scaled : undefined;
  }

  #factorFor(target: number, arm: ControlArm): number | undefined {
    const { form, order } = REMOVALS[arm.operator];
    switch (form.kind) {
      case 'blend':
        return bisect((factor) => this.#extrapolatedDistance(arm, factor), target);
      case 'term':
        return order.matters ? this.#bisected(target, arm) : this.#proportional(target, arm);
    }
  }

  #bisected(target: number, arm: ControlArm): number | undefined {
    return bisect((factor) => this.#evaluatedDistance({ ...arm, lambdas: scaledBy(arm.lambdas, factor) }), target);
  }

  /** Without an order, the distance is proportional to the λs. */
  #proportional(target: number, arm: ControlArm): number | undefined {
    const once = this.#evaluatedDistance(arm);
    return once === 0 ? undefined : target / once;
  }

  /** Distance at the λs as they are, by evaluating the formula. */
  #evaluatedDistance({ operator, order, lambdas }: ControlArm): number {
    const { gram, expert, remove } = this.#study;
    const names = remove.map((_, place) => String(place));
    const formula = armFormula(operator, { expert: 'expert', remove: names }, order, lambdas);
    const coefficients = formulaCoefficients(formula, gram, (name) => remove[Number(name)] ?? expert);
    return differenceFrom(gram, leafOperand(gram, expert), coefficients) ?? 0;
  }

  /** Distance of a blend, whose coefficients are the same in all rows of a module. */
  #extrapolatedDistance({ order, lambdas }: ControlArm, factor: number): number {
    let [moved, own] = [0, 0];
    for (const { operands, products } of this.#modules) {
      const [expert = 0] = operands;
      // Coefficients of the result minus the expert.
      const difference = operands.map(() => 0);
      for (const place of order) {
        const half = (Number(lambdas[place] ?? 0) * factor) / 2;
        difference.forEach((value, at) => {
          difference[at] = value + half * (at === 0 ? value + expert : value);
        });
        difference[place + 1] = (difference[place + 1] ?? 0) - half * (operands[place + 1] ?? 0);
      }
      moved += quadraticForm(difference, products);
      own += expert * expert * (products[0]?.[0] ?? 0);
    }
    return Math.sqrt(Math.max(0, moved) / own);
  }
}

/** λs times a factor, as near as float64 has them. */
function scaledBy(lambdas: readonly Decimal[], factor: number): readonly Decimal[] {
  return lambdas.map((lambda) => parseDecimal((Number(lambda) * factor).toString()) ?? lambda);
}

function sumModules({ gram, expert, remove }: MatchedStudy): readonly SummedModule[] {
  const leaves = [expert, ...remove];
  return [...gram.leafModules].map(([path, leafModules]) => ({
    operands: leaves.map((leaf) => {
      const module = leafModules[placeOf(gram, leaf)];
      return module === undefined || module.rank === 0 ? 0 : module.operandFactor;
    }),
    products: summedProducts(gram, path, leaves),
  }));
}

function quadraticForm(x: readonly number[], products: readonly (readonly number[])[]): number {
  return x.reduce(
    (sum, left, j) => sum + left * x.reduce((part, right, l) => part + right * (products[j]?.[l] ?? 0), 0),
    0,
  );
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
