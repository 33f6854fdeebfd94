/** Between the unit cube, where points are sampled, and λ: every variable maps [0, 1] onto its values. */
import { multiplyDecimals, roundToDecimal } from '../expression/decimal-arithmetic.js';
import { decimalToNumber } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import { OminusError } from '../errors.js';
import type { SweepVariable } from './types.js';

/** A variable that is searched over; the others are linked to these. */
export type FreeVariable = Exclude<SweepVariable, { readonly kind: 'linked' }>;

/** The variables that are not linked, in the order declared. */
export function freeVariables(variables: readonly SweepVariable[]): readonly FreeVariable[] {
  return variables.filter((variable) => variable.kind !== 'linked');
}

/**
 * Values of all variables in the order declared, from those of the free ones: a linked one is `times` × the value it is
 * linked to, exactly.
 *
 * @param free - by free variable, in the order of {@link freeVariables}
 */
export function linkValues(variables: readonly SweepVariable[], free: readonly Decimal[]): readonly Decimal[] {
  const byName = new Map(freeVariables(variables).map((variable, place) => [variable.name, free[place]]));
  return variables.map((variable) => {
    const value = byName.get(variable.kind === 'linked' ? variable.of : variable.name);
    if (value === undefined) {
      throw new OminusError('INTERNAL', { message: `variable ${variable.name} has no value` });
    }
    return variable.kind === 'linked' ? multiplyDecimals(variable.times, value) : value;
  });
}

/**
 * The value at a place of the unit interval.
 *
 * A list gives its element ⌊unit·n⌋. An interval gives from + unit·(to − from), or from·(to/from)^unit for a log scale,
 * rounded to six significant digits but never out of the interval (from ≤ to; above 0 for a log scale).
 *
 * @param unit - in [0, 1]
 */
export function valueAt(variable: FreeVariable, unit: number): Decimal {
  if (variable.kind === 'values') {
    const count = variable.values.length;
    const value = variable.values[Math.min(count - 1, Math.floor(unit * count))];
    if (value === undefined) {
      throw new OminusError('INTERNAL', { message: `variable ${variable.name} has no values` });
    }
    return value;
  }
  const { from, to } = endsOf(variable);
  const value = roundToDecimal(variable.scale === 'log' ? from * (to / from) ** unit : from + unit * (to - from));
  const rounded = decimalToNumber(value);
  if (rounded <= from) {
    return variable.from;
  }
  return rounded >= to ? variable.to : value;
}

/**
 * A place of the unit interval that {@link valueAt} maps to the value: the middle of those that give an element of a list.
 *
 * @param value - one of the variable's own
 */
export function unitOf(variable: FreeVariable, value: Decimal): number {
  if (variable.kind === 'values') {
    return (variable.values.indexOf(value) + 0.5) / variable.values.length;
  }
  const { from, to } = endsOf(variable);
  const number = decimalToNumber(value);
  const unit = variable.scale === 'log' ? Math.log(number / from) / Math.log(to / from) : (number - from) / (to - from);
  return from === to ? 0 : Math.min(1, Math.max(0, unit));
}

function endsOf(variable: Extract<FreeVariable, { readonly kind: 'interval' }>): {
  readonly from: number;
  readonly to: number;
} {
  return { from: decimalToNumber(variable.from), to: decimalToNumber(variable.to) };
}
