/** The part of a report that only its kind of spec has. */
import { OminusError } from '../../core/errors.js';
import type { OrderEffectResult, OrderGapResult } from '../../core/study/types.js';
import type { Plan } from '../../core/plan/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import type { PartialFacts, ReportFacts } from '../types.js';

/** What it is made of. */
export interface FactMaterial {
  readonly plan: Plan;
  /** Of an order study: the summary of its gap node, and what its effect node found. */
  readonly gap?: OrderGapResult;
  readonly effects?: OrderEffectResult;
  /** Of a sweep; `plan` is then its last one, which has the chosen points as steps. */
  readonly sweep?: SweepReport;
  /** Of a run that has not finished: what is missing is left out. */
  readonly partial?: PartialFacts;
}

/** What the report has by the kind of its spec. */
export function factsOf({ plan, gap, effects, sweep, partial }: FactMaterial): ReportFacts {
  switch (plan.specKind) {
    case 'recipe':
      return { specKind: plan.specKind };
    case 'order-study':
      return {
        specKind: plan.specKind,
        study: {
          plan: plan.study,
          gap: found(gap ?? (partial && NO_GAPS), 'gaps'),
          effects: found(effects ?? (partial && NO_EFFECTS), 'effects of the order'),
        },
      };
    case 'sweep':
      return { specKind: plan.specKind, sweep: found(sweep, 'choice among its points') };
  }
}

/** Of a study whose nodes are not done. */
const NO_GAPS: OrderGapResult = { gaps: [], directFold: { orders: 0, maxDifference: 0 } };
const NO_EFFECTS: OrderEffectResult = { seed: 0, draws: 0, omnibus: [], pairs: [], predictions: [] };

/** What the nodes of a finished run leave, or the choice that its plan was made by. */
function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new OminusError('INTERNAL', { message: `a finished run lacks the ${what}` });
  }
  return value;
}
