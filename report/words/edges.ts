/** Variables of a sweep whose recommended value is at an end of what was searched: a better one may lie beyond. */
import { decimalToNumber } from '../../core/expression/decimal.js';
import { freeVariables } from '../../core/sweep/variables.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { recommendedPlace, variableText } from '../reading/sweep.js';

/** Nearer to an end of an interval than this share of it counts as at the end. */
const NEAR = 0.02;

/** A variable at an end of its range. */
export interface Edge {
  readonly name: string;
  readonly end: 'lower' | 'upper';
  /** Its value at the recommended point, and the other end, as written in a spec. */
  readonly value: string;
  readonly from: string;
  readonly to: string;
}

/** Variables of the recommended point that are at an end; not at 0, below which there is no λ. */
export function edgesOf(sweep: SweepReport): readonly Edge[] {
  const place = recommendedPlace(sweep);
  return place === undefined
    ? []
    : freeVariables(sweep.plan.variables).flatMap((variable): readonly Edge[] => {
        const values = (variable.kind === 'values' ? variable.values : [variable.from, variable.to]).map(
          decimalToNumber,
        );
        const [from, to] = [Math.min(...values), Math.max(...values)];
        const slack = variable.kind === 'values' ? 0 : NEAR;
        const scale = (value: number): number => (variable.scale === 'log' ? Math.log(value) : value);
        const value = sweep.points.values[variable.name]?.[place] ?? Number.NaN;
        const share = (scale(value) - scale(from)) / (scale(to) - scale(from));
        const end = share >= 1 - slack ? 'upper' : share <= slack && from > 0 ? 'lower' : undefined;
        return from === to || end === undefined
          ? []
          : [
              {
                ...{ name: variable.name, end },
                ...{ value: variableText(sweep, variable.name, place), from: text(from), to: text(to) },
              },
            ];
      });
}

/** What to do about each. */
export function edgeWarnings(sweep: SweepReport): readonly string[] {
  return edgesOf(sweep).map(
    ({ name, end, value, from, to }) =>
      `the recommended ${name} = ${value} is at the ${end} end of its range (${from} to ${to}), and a better value may exist beyond it: ` +
      `widen over: { ${name}: … } and run the spec again (ominus run --extend while it runs); finished points are not evaluated again`,
  );
}

function text(value: number): string {
  return String(Number(value.toPrecision(6)));
}
